"""What only a trigger can hold in identity."""

from studium.lib.triggers import Trigger, append_only

TRIGGERS: list[Trigger] = [*append_only("audit_log")]
