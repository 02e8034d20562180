"""支援措置・抑止: the locks on a person."""
