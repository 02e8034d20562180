"""組版: values in, PDF/A bytes out. Pure: no Django, no database, no clock.

`fonts` what the town's fonts can draw; `fitting` lines and sizes; `setter` texts into slots and ruled tables, with what
could not be printed as written; `press` data and a template -> file; `workers` a batch on several processes; `parts` what
every document has (issuer, seal, addressee); `seals` a fictitious seal. A service brings its templates and its words.
"""
