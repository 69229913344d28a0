"""What the engine is compared with: the item mean, Elo ratings, performance factors (PFA)."""

from studium.analytics.evaluation.baselines.elo import Elo
from studium.analytics.evaluation.baselines.item_mean import ItemMean
from studium.analytics.evaluation.baselines.pfa import Pfa

__all__ = ["Elo", "ItemMean", "Pfa"]
