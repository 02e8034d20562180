"""証明書の印字: content -> PDF. Pure: no Django, no register, no clock.

`content` what a document says; `engine.inspect` the alerts before printing, `engine.render` the file,
`engine.render_many` a batch in order, `engine.render_png` one page for the screen. On the way: `compose` (with `combined`, `annex`, `notices`) decides lines, sizes
and sheets by `forms` (templates/<version>/forms.yaml), and templates/<version>/document.typ only draws.
"""
