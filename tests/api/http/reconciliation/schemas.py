"""JSON schemas of the Reconciliation Service API 0.2, written from its specification."""

from __future__ import annotations

from typing import Any, Final

__all__ = [
    "BATCH",
    "CELL",
    "EXTENDED",
    "FEATURE",
    "MANIFEST",
    "NAMED",
    "PROPOSED",
    "RESULT",
    "SUGGEST",
]

NAMED: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    "required": ["id", "name"],
}

FEATURE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "value": {"type": ["number", "boolean"]}},
    "required": ["id", "value"],
}

SUGGEST: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"service_url": {"type": "string"}, "service_path": {"type": "string"}},
    "required": ["service_url", "service_path"],
}

MANIFEST: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "versions": {"type": "array", "items": {"type": "string"}, "contains": {"const": "0.2"}},
        "name": {"type": "string"},
        "identifierSpace": {"type": "string"},
        "schemaSpace": {"type": "string"},
        "view": {
            "type": "object",
            "properties": {"url": {"type": "string", "pattern": r"\{\{id\}\}"}},
            "required": ["url"],
        },
        "defaultTypes": {"type": "array", "items": NAMED},
        "preview": {
            "type": "object",
            "properties": {
                "url": {"type": "string", "pattern": r"\{\{id\}\}"},
                "width": {"type": "integer"},
                "height": {"type": "integer"},
            },
            "required": ["url", "width", "height"],
        },
        "suggest": {"type": "object", "additionalProperties": SUGGEST},
    },
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
}

BATCH: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {
            "result": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "string"},
                        "name": {"type": "string"},
                        "description": {"type": "string"},
                        "type": {"type": "array", "items": NAMED},
                        "score": {"type": "number"},
                        "match": {"type": "boolean"},
                        "features": {"type": "array", "items": FEATURE},
                    },
                    "required": ["id", "name", "score"],
                },
            }
        },
        "required": ["result"],
    },
}

RESULT: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"result": {"type": "array", "items": NAMED}},
}

PROPOSED: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "limit": {"type": "integer"},
        "properties": {"type": "array", "items": NAMED},
    },
    "required": ["type", "properties"],
}

CELL: Final[dict[str, Any]] = {
    "type": "object",
    "anyOf": [{"required": [name]} for name in ("id", "str", "float", "int", "bool", "date")],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "str": {"type": "string"}},
}

EXTENDED: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "meta": {"type": "array", "items": NAMED},
        "rows": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": CELL},
            },
        },
    },
    "required": ["meta", "rows"],
}
