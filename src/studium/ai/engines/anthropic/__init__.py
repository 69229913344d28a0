"""The messages API of Anthropic, natively: its compatible form does not hold a model to JSON."""

from studium.ai.engines.anthropic.chat import AnthropicChat

__all__ = ["AnthropicChat"]
