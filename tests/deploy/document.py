"""A YAML document with the line of everything in it, and what is found wrong with it."""

import difflib
from dataclasses import dataclass

import yaml

# A byte more and ROS refuses the template, https://www.alibabacloud.com/help/doc-detail/28854.htm.
BYTES_MAX = 524_288


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong: where, and what."""

    line: int
    path: str
    message: str

    def __str__(self):
        return f"{self.line}: {self.path or 'the document'}: {self.message}"


def dotted(path):
    """`("Resources", "A", 0)` as `Resources.A[0]`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def nearest(name, names):
    """` (did you mean …?)`, or nothing where no name is like it."""
    near = difflib.get_close_matches(str(name), [str(each) for each in names], 1)
    return f" (did you mean {near[0]}?)" if near else ""


class Loader(yaml.SafeLoader):
    """YAML as ROS reads it: a date is a text."""

    yaml_implicit_resolvers = {
        first: [resolver for resolver in resolvers if resolver[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class Document:
    """The data of a YAML text, where each part of it stands, and the findings about it."""

    def __init__(self, text):
        self.findings = []
        self.lines = {}
        self.data = None
        if len(text.encode()) > BYTES_MAX:
            self.find((), f"larger than {BYTES_MAX} bytes")
        loader = Loader(text)
        try:
            node = loader.get_single_node()
            if node is not None:
                self.data = self._read(loader, node, ())
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or str(error)
            self.findings.append(Finding(mark.line + 1 if mark else 1, "", f"not YAML: {problem}"))
        finally:
            loader.dispose()

    def find(self, path, message):
        """Notes what is wrong at a path; it counts for the nearest line that the document has."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        self.findings.append(Finding(self.lines.get(known, 1), dotted(path), message))

    def _read(self, loader, node, path):
        self.lines.setdefault(path, node.start_mark.line + 1)
        if node.tag.startswith("!"):
            return self._short(loader, node, path)
        if isinstance(node, yaml.MappingNode):
            return self._map(loader, node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._read(loader, each, (*path, index)) for index, each in enumerate(node.value)]
        return loader.construct_object(node)

    def _map(self, loader, node, path):
        read = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            if key in read:
                self.findings.append(
                    Finding(key_node.start_mark.line + 1, dotted((*path, key)), "this key stands here twice")
                )
                continue
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            read[key] = self._read(loader, value_node, (*path, key))
        return read

    def _short(self, loader, node, path):
        """`!Sub x` as `{"Fn::Sub": x}`."""
        name = node.tag[1:]
        name = name if name in ("Ref", "Condition") else f"Fn::{name}"
        node.tag = "tag:yaml.org,2002:str" if isinstance(node, yaml.ScalarNode) else ""
        value = self._read(loader, node, (*path, name))
        if name == "Fn::GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name: value}
