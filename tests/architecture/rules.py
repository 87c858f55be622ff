"""The rules of the house: each takes the root of a source tree and returns its complaints, one line each.

ARCHITECTURE.md says them in words. Rules that need the running site (foreign keys, routes) stand in tests beside this.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import LAYERS, below, modules

ONLY_IN = {
    "whoosh": "wiki/search",
    "tantivy": "wiki/search",
    "markdown": "wiki/richtext",
    "nh3": "wiki/richtext",
    "mptt": "products",
    "PIL": "wiki/photographs",
    "sklearn": "wiki/classifier",
    "urllib3": "wiki/webhooks",
}
FORBIDDEN_ROOMS = {"utils", "helpers", "common", "services", "misc", "lib", "core"}
PURE_IMPORTS = {"numpy", "scipy.special"}
# Which rooms of an app a room may not reach into: a read does not write, a write knows no page.
UNREACHABLE = {
    "rules": {"models", "querysets", "queries", "actions", "views", "forms", "admin"},
    "models": {"queries", "actions", "views", "forms", "admin", "urls"},
    "querysets": {"queries", "actions", "views", "forms", "admin", "urls"},
    "queries": {"actions", "views", "forms", "admin", "urls"},
    "actions": {"views", "forms", "admin", "urls"},
}
WRITES = {
    "save", "create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "delete", "select_for_update",
}  # fmt: skip
CLOCKS = re.compile(r"(^|\.)(timezone\.now|timezone\.localdate|datetime\.now|datetime\.utcnow|date\.today|time\.time)$")
DATABASE_SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init"}
# Where a database's own dialect may be spoken: its settings, and the module that hides the difference.
DIALECT_PLACES = {"config/settings.py", "products/database.py"}
DIALECT = re.compile(r"\bpragma\b|\bsqlite\w*|\bpg_\w+|\bpostgres\w*|\bfts5\b", re.IGNORECASE)
LONGEST_MODULE = 400
ACTS_KNOW = {"actor", "at", "now"}


def imports_point_down(root: Path) -> Iterator[str]:
    """config → wiki → accounts → products: an arrow means "imports", and none points the other way."""
    for module in modules(root):
        above = LAYERS[LAYERS.index(module.app) + 1 :]
        for line, name in module.imports():
            for layer in above:
                if below(name, layer):
                    yield module.at(line, f"{module.app} imports {name}, which stands above it")


def engines_stay_in_their_rooms(root: Path) -> Iterator[str]:
    """Each engine is imported in one place, so that it can be replaced there."""
    for module in modules(root):
        for line, name in module.imports():
            for engine, place in ONLY_IN.items():
                if below(name, engine) and not module.path.is_relative_to(place):
                    yield module.at(line, f"imports {engine}, which belongs to {place}")


def rules_are_pure(root: Path) -> Iterator[str]:
    """A module in rules/ imports the standard library, numpy, scipy.special, other rules and refusals; no Django."""
    for module in modules(root):
        if module.room != "rules":
            continue
        for line, name in module.imports():
            top = name.split(".")[0]
            is_rule = top in LAYERS and name.split(".")[1:2] in (["rules"], ["errors"])
            if not (is_rule or _standard(top) or any(below(name, allowed) for allowed in PURE_IMPORTS)):
                yield module.at(line, f"a rule imports {name}")


def rooms_keep_their_distance(root: Path) -> Iterator[str]:
    """Rules know no models, reads call no writes, writes know no pages."""
    for module in modules(root):
        for line, name in module.imports():
            parts = name.split(".")
            if parts[0] in LAYERS and len(parts) > 1 and parts[1] in UNREACHABLE.get(module.room, ()):
                yield module.at(line, f"{module.room} imports {name}")


def no_room_is_a_drawer(root: Path) -> Iterator[str]:
    """No module or folder is called utils, helpers, common or services: it has a better name or a better place."""
    for module in modules(root):
        for part in set(module.path.with_suffix("").parts) & FORBIDDEN_ROOMS:
            yield module.at(1, f"{part} says nothing about what is in it")


def views_leave_the_database_alone(root: Path) -> Iterator[str]:
    """A view fetches through a query and calls an action: no transaction, no write, no choice of rows of its own.

    What it may ask a manager for is the object that its address names: `get_object_or_404(Fix.objects.visible_to(…))`.
    """
    for module in modules(root):
        if module.room != "views":
            continue
        named: set[int] = set()
        for node in ast.walk(module.tree):
            is_lookup = isinstance(node, ast.Call) and ast.unparse(node.func) == "get_object_or_404"
            if is_lookup or (isinstance(node, ast.Attribute) and node.attr == "visible_to"):
                named |= {id(inner) for inner in ast.walk(node)}
        for node in ast.walk(module.tree):
            is_manager = isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
            if is_manager and id(node) not in named:
                yield module.at(node.lineno, f"a view asks {ast.unparse(node)}")
        for line, name in module.imports():
            if name in {"django.db.transaction", "django.db.connection"}:
                yield module.at(line, f"a view imports {name}")
        for line, call in module.calls():
            if "." in call and call.rsplit(".", 1)[1] in {"bulk_create", "get_or_create", "select_for_update"}:
                yield module.at(line, f"a view calls {call}")


def queries_only_read(root: Path) -> Iterator[str]:
    """A query never writes, so that a GET never does."""
    for module in modules(root):
        if module.room != "queries":
            continue
        for line, call in module.calls():
            if "." in call and call.rsplit(".", 1)[1] in WRITES:
                yield module.at(line, f"a query calls {call}")


def actions_take_keywords(root: Path) -> Iterator[str]:
    """An act, a public function of actions/ that writes for an actor or at a time, is keyword-only and fully typed."""
    for module in modules(root):
        if module.room != "actions":
            continue
        for node in module.tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            names = {argument.arg for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]}
            calls = {ast.unparse(inner.func) for inner in ast.walk(node) if isinstance(inner, ast.Call)}
            writes = {call.rsplit(".", 1)[1] for call in calls if "." in call} & {*WRITES, "atomic"}
            is_atomic = any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list)
            if not (is_atomic or (writes and names & ACTS_KNOW)):
                continue
            if node.args.args or node.args.posonlyargs or node.args.vararg:
                yield module.at(node.lineno, f"{node.name} takes positional arguments")
            if node.returns is None:
                yield module.at(node.lineno, f"{node.name} doesn't say what it returns")


def time_is_passed_in(root: Path) -> Iterator[str]:
    """Rules, queries and actions are told the time; only views, commands and schedules look at the clock."""
    for module in modules(root):
        if module.room not in {"rules", "queries", "actions", "models", "querysets"}:
            continue
        for line, call in module.calls():
            if CLOCKS.search(call):
                yield module.at(line, f"looks at the clock: {call}")


def no_business_in_signals(root: Path) -> Iterator[str]:
    """Nothing happens because a row was saved: an action says what follows from it."""
    for module in modules(root):
        for line, name in module.imports():
            if name.startswith("django.db.models.signals.") and name.rsplit(".", 1)[1] in DATABASE_SIGNALS:
                yield module.at(line, f"listens to {name.rsplit('.', 1)[1]}")


def models_save_as_django_does(root: Path) -> Iterator[str]:
    """No rule hides in save() or delete() of a model."""
    for module in modules(root):
        if module.room != "models":
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete", "clean", "full_clean"}:
                yield module.at(node.lineno, f"a model has a {node.name}() of its own")


def dialects_have_one_place(root: Path) -> Iterator[str]:
    """What only one database understands stands in one named place: PostgreSQL and several machines come later."""
    for module in modules(root):
        if str(module.path) in DIALECT_PLACES:
            continue
        prose = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                found = DIALECT.search(node.value)
                if found:
                    yield module.at(node.lineno, f"speaks one database's dialect: {found.group()}")


def modules_stay_short(root: Path) -> Iterator[str]:
    """A module is split at its second unrelated idea, which shows around 300 lines."""
    for module in modules(root):
        length = module.text.count("\n")
        if length > LONGEST_MODULE:
            yield module.at(1, f"{length} lines are more than {LONGEST_MODULE}")


def public_things_are_documented(root: Path) -> Iterator[str]:
    """Every module and every public function or class of rules, queries and actions begins with a sentence."""
    for module in modules(root):
        if not ast.get_docstring(module.tree) and module.text.strip():
            yield module.at(1, "the module doesn't say what it is")
        if module.room not in {"rules", "queries", "actions"}:
            continue
        for node in module.tree.body:
            named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if named and not ast.get_docstring(node):
                yield module.at(node.lineno, f"{node.name} doesn't say what it does")


def migrations_are_packages(root: Path) -> Iterator[str]:
    """A missing migrations/__init__.py makes `makemigrations --check` pass with no tables at all."""
    for layer in LAYERS:
        if (root / layer / "models").is_dir() and not (root / layer / "migrations" / "__init__.py").is_file():
            yield f"{layer}/migrations/__init__.py: is missing"


def _standard(top: str) -> bool:
    import sys

    return top in sys.stdlib_module_names


ALL = [
    imports_point_down,
    engines_stay_in_their_rooms,
    rules_are_pure,
    rooms_keep_their_distance,
    no_room_is_a_drawer,
    views_leave_the_database_alone,
    queries_only_read,
    actions_take_keywords,
    time_is_passed_in,
    no_business_in_signals,
    models_save_as_django_does,
    dialects_have_one_place,
    modules_stay_short,
    public_things_are_documented,
    migrations_are_packages,
]
