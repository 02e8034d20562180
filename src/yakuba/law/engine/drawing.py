"""図: the graph of a rule set as SVG: what a quantity is worked out from, coloured by kind."""

from __future__ import annotations

from html import escape

from .ruleset import RuleSet

_WIDTH, _HEIGHT, _GAP_ACROSS, _GAP_DOWN = 260, 34, 90, 10
_COLOURS = {"rule": "#e8f1fe", "input": "#e6f5ec", "number": "#fff5e0"}
_NAMES = {"rule": "計算", "input": "入力", "number": "法令の数値"}


def graph(rules: RuleSet, wanted: str, *, with_numbers: bool = False) -> str:
    """規則の図 of one quantity, as an SVG text: columns from the inputs on the left to the quantity on the right."""
    depth = _depths(rules, wanted, with_numbers=with_numbers)
    deepest = max(depth.values())
    columns: dict[int, list[str]] = {}
    for name, at in depth.items():
        columns.setdefault(deepest - at, []).append(name)
    place = {
        name: (20 + column * (_WIDTH + _GAP_ACROSS), 60 + row * (_HEIGHT + _GAP_DOWN))
        for column, names in columns.items()
        for row, name in enumerate(names)
    }
    width = 40 + (deepest + 1) * (_WIDTH + _GAP_ACROSS)
    height = 80 + max(len(names) for names in columns.values()) * (_HEIGHT + _GAP_DOWN)
    edges = [_edge(place[part], place[name]) for name in place for part in rules.arguments(name) if part in place]
    boxes = [_box(rules, name, *at) for name, at in place.items()]
    legend = [
        f'<rect x="{20 + 130 * at}" y="16" width="18" height="18" fill="{_COLOURS[kind]}" stroke="#1a3d6d"/>'
        f'<text x="{44 + 130 * at}" y="30">{_NAMES[kind]}</text>'
        for at, kind in enumerate(_COLOURS)
    ]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13" role="img">',
        f"<title>{escape(_term(rules, wanted))}の計算（{rules.fiscal_year}年度）</title>",
        *legend, *edges, *boxes, "</svg>",
    ])  # fmt: skip


def _depths(rules: RuleSet, wanted: str, *, with_numbers: bool) -> dict[str, int]:
    """The longest way from each quantity to the wanted one."""
    order: dict[str, None] = {}
    stack = [(wanted, False)]
    while stack:
        name, entered = stack.pop()
        if entered:
            order[name] = None
        elif name not in order:
            stack.append((name, True))
            parts = [each for each in rules.arguments(name) if with_numbers or each not in rules.parameters]
            stack += [(each, False) for each in parts]
    depth = {wanted: 0}
    for name in reversed(order):
        for part in rules.arguments(name):
            if part in order:
                depth[part] = max(depth.get(part, 0), depth[name] + 1)
    return depth


def _term(rules: RuleSet, name: str) -> str:
    found = rules.rules.get(name) or rules.inputs.get(name) or rules.parameters.get(name)
    return found.term if found and found.term else name


def _box(rules: RuleSet, name: str, x: int, y: int) -> str:
    kind = "rule" if name in rules.rules else "input" if name in rules.inputs else "number"
    term = _term(rules, name)
    shown = term if len(term) <= 18 else f"{term[:17]}…"
    article = rules.rules[name].article if name in rules.rules else ""
    return (
        f"<g><title>{escape(term)}　{escape(name)}　{escape(article)}</title>"
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="4" fill="{_COLOURS[kind]}" stroke="#1a3d6d"/>'
        f'<text x="{x + 8}" y="{y + 22}">{escape(shown)}</text></g>'
    )


def _edge(start: tuple[int, int], end: tuple[int, int]) -> str:
    x, y = start[0] + _WIDTH, start[1] + _HEIGHT // 2
    across, down = end[0], end[1] + _HEIGHT // 2
    middle = (x + across) // 2
    return f'<path d="M{x} {y} C{middle} {y} {middle} {down} {across} {down}" fill="none" stroke="#98a6b8"/>'
