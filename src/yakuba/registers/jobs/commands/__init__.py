"""処理の書込み: asked for and cancelled here; `running` writes down what a worker does, `queue` what waits for one."""

from __future__ import annotations

from .asking import cancel, start
from .running import Running

__all__ = ["Running", "cancel", "start"]
