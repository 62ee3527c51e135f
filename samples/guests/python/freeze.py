"""Compiles the part of the standard library that apps may want into a C table of frozen modules: freeze.py LIB OUTPUT.

What needs threads of its own, processes, sockets, a terminal or a package manager is left out: there is none of that in the sandbox.
"""
import marshal
import os
import sys

PACKAGES = {
    "collections": None, "encodings": {"__init__", "aliases", "ascii", "cp1252", "latin_1", "utf_8", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be", "utf_32"},
    "html": None, "importlib": {"__init__", "_abc", "_bootstrap", "_bootstrap_external", "abc", "machinery", "util"}, "json": {"__init__", "decoder", "encoder", "scanner"}, "re": None, "urllib": {"__init__", "parse"},
}
MODULES = """
__future__ _collections_abc _compat_pickle _markupbase _sitebuiltins _strptime _threading_local _weakrefset abc argparse ast base64 bisect calendar codecs colorsys configparser contextlib
contextvars copy copyreg csv dataclasses datetime decimal difflib dis enum fnmatch fractions functools genericpath gettext glob graphlib hashlib heapq hmac inspect io ipaddress keyword linecache
locale ntpath numbers opcode operator os pathlib pickle posixpath pprint queue quopri random reprlib sched secrets shlex stat statistics string stringprep struct textwrap threading token tokenize
traceback types typing warnings weakref
""".split()


def sources(lib):
    for name, members in PACKAGES.items():
        for file in sorted(os.listdir(os.path.join(lib, name))):
            stem, ending = os.path.splitext(file)
            if ending == ".py" and (members is None or stem in members):
                yield (name if stem == "__init__" else f"{name}.{stem}"), os.path.join(lib, name, file), stem == "__init__"
    yield "logging", os.path.join(lib, "logging", "__init__.py"), True
    for name in MODULES:
        yield name, os.path.join(lib, name + ".py"), False


def main():
    lib, output = sys.argv[1:]
    table = []
    with open(output, "w", encoding="ascii") as out:
        out.write('#include "Python.h"\n')
        for number, (name, path, is_package) in enumerate(sources(lib)):
            with open(path, "rb") as file:
                code = compile(file.read(), f"<{name}>", "exec", dont_inherit=True, optimize=2)
            data = marshal.dumps(code)
            out.write(f"static const unsigned char m{number}[] = {{{','.join(map(str, data))}}};\n")
            table.append(f'    {{"{name}", m{number}, sizeof m{number}, {int(is_package)}, 0}},\n')
        out.write("const struct _frozen errand_frozen[] = {\n" + "".join(table) + "    {0, 0, 0, 0, 0}\n};\n")


main()
