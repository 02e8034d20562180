"""住民基本台帳: the resident register, with two clocks."""
