"""証明書の印字: content -> PDF. Pure: no Django, no register, no clock."""
