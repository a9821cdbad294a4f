"""Parameters of `/api/v1/network/...`: the options of `permed network`, by the same names."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from permed.graph.network.backbone.methods import BackboneMethod
from permed.graph.network.projection.options import OPTIONS, NetworkOption

__all__ = [
    "BackboneParameters",
    "BrokersParameters",
    "CommunitiesParameters",
    "CompareParameters",
    "CoreParameters",
    "DiversityParameters",
    "ExportParameters",
    "GraphParameters",
    "GravityParameters",
    "MeasureParameters",
    "NetworkParameters",
    "PathParameters",
    "RanksParameters",
    "RobustnessParameters",
    "SuggestParameters",
    "SummaryParameters",
    "SurvivalParameters",
    "with_selection",
]

Words = list[str]
Limit = Field(default=20, ge=1, le=100_000, description="Rows")


def _many(about: str, *examples: str, alias: str | None = None) -> Any:
    return Field(
        default_factory=list, max_length=50, description=f"{about} (repeatable)", alias=alias,
        examples=[list(examples)] if examples else None,
    )  # fmt: skip


class NetworkParameters(BaseModel):
    """Options of one analysis; `with_selection` adds those that say which network is meant."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    own: ClassVar[dict[str, str]] = {}  # options of the analysis, and what it calls them
    renamed: ClassVar[dict[str, str]] = {}  # options of the network that bear another name here

    format: str | None = Field(
        None, description="json, csv or parquet; else Accept decides", examples=["csv"]
    )

    def selection(self) -> dict[str, Any]:
        """Return the words of the selection that were said."""
        said = self.model_dump(by_alias=True, exclude_defaults=True)
        meant = {name: key for key, name in self.renamed.items()}
        own = {self._alias(name) for name in self.own} | {"format", "limit"}
        return {meant.get(k, k): v for k, v in said.items() if k not in own}

    @classmethod
    def _alias(cls, name: str) -> str:
        return cls.model_fields[name].alias or name

    def options(self) -> dict[str, Any]:
        """Return the options of the analysis under the names that it gives them."""
        said = {name: getattr(self, key) for key, name in self.own.items()}
        return {name: value for name, value in said.items() if value not in (None, [])}


class MeasureParameters(NetworkParameters):
    """`permed network measure`."""

    own = {"measure": "names", "by": "by", "norm": "norm"}  # the server cuts at the limit
    measure: Words = _many("Measure; default: degree, strength, betweenness", "degree", "core")
    by: str | None = Field(None, description="Measure that sorts")
    norm: Literal["l2", "max", "sum"] = Field("l2", description="Length of eigenvectors")
    limit: int | None = Field(None, ge=1, description="Rows; default: all nodes")


class CommunitiesParameters(NetworkParameters):
    """`permed network communities`."""

    own = {n: n for n in ("members", "method", "resolution", "seeds")}
    members: bool = Field(False, description="One row a node")
    method: Literal["leiden", "sbm"] = Field(
        "leiden", description="leiden, or sbm: blocks of alike memberships, by fewest bits"
    )
    resolution: float = Field(1.0, gt=0, le=100, description="Above 1: more and smaller ones")
    seeds: int = Field(20, ge=2, le=100, description="Runs that must agree")


class BrokersParameters(NetworkParameters):
    """`permed network brokers`."""

    own = {n: n for n in ("by", "limit", "chance")}
    by: Literal["country", "type", "region"] = "country"
    limit: int = Limit
    chance: bool = Field(False, description="Beside what activity alone would give")


class CompareParameters(NetworkParameters):
    """`permed network compare`."""

    own = {n: n for n in ("against", "before", "show")}
    against: str | None = Field(None, description="Release to compare with", max_length=100)
    before: str | None = Field(None, description="Period to compare with", examples=["2014:2020"])
    show: Literal["figures", "nodes", "links"] = "figures"


class BackboneParameters(NetworkParameters):
    """`permed network backbone`."""

    own = {n: n for n in ("method", "limit")}
    method: BackboneMethod = Field("sdsm", description="Test of a tie")
    limit: int = Limit


class CoreParameters(NetworkParameters):
    """`permed network core`."""

    own = {"by": "by"}
    by: Literal["country", "type", "region"] = "country"


class SurvivalParameters(NetworkParameters):
    """`permed network survival`."""

    own = {"periods": "periods"}
    periods: Words = _many("Period of years, in order", "2014:2017", "2018:2021")

    def options(self) -> dict[str, Any]:
        """Return the periods, also where none was given."""
        return {"periods": self.periods}


class RanksParameters(NetworkParameters):
    """`permed network ranks`."""

    own = {n: n for n in ("by", "draws", "limit")}
    by: str = Field("degree", description="Measure that ranks")
    draws: int = Field(200, ge=2, le=5000, description="Draws of the activities")
    limit: int = Limit


class DiversityParameters(NetworkParameters):
    """`permed network diversity`."""

    own = {n: n for n in ("who", "limit")}
    who: str | None = Field(None, description="Beside the topics of this node", max_length=200)
    limit: int = Limit


class GravityParameters(NetworkParameters):
    """`permed network gravity`."""

    own = {n: n for n in ("show", "limit")}
    show: Literal["pairs", "coefficients"] = "pairs"
    limit: int = Limit


class PathParameters(NetworkParameters):
    """`permed network path`: from and to are its ends, first and last the years of the network."""

    own = {"one": "one", "other": "other", "limit": "limit"}
    renamed = {"from": "first", "to": "last"}
    one: str = Field(alias="from", max_length=200, examples=["DLR"],
                     description="One end: id, name or registry identifier")  # fmt: skip
    other: str = Field(alias="to", max_length=200, examples=["organisation/aka"],
                       description="The other end")  # fmt: skip
    limit: int = Field(20, ge=1, le=1000, description="Paths; a note tells how many there are")


class RobustnessParameters(NetworkParameters):
    """`permed network robustness`."""

    own = {"leave": "ids", "together": "together", "curve": "curve", "limit": "limit"}
    leave: Words = _many("Id or name of who leaves; default: the hubs")
    together: bool = Field(False, description="Let all leave at once")
    curve: Literal["degree", "strength", "betweenness", "random"] | None = Field(
        None, description="Curve instead: the order in which many leave"
    )
    limit: int = Field(10, ge=1, le=1000, description="Rows")


class SuggestParameters(NetworkParameters):
    """`permed network suggest`."""

    own = {n: n for n in ("who", "score", "abroad", "limit")}
    who: str | None = Field(
        None, description="Only pairs of this node (id or name)", max_length=200
    )
    score: Literal["auto", "both", "learnt", "partners", "topics"] = Field(
        "auto", description="auto: learnt or both, whichever foresaw the newest year better"
    )
    abroad: bool = Field(False, description="Only pairs of different countries")
    limit: int = Limit


class SummaryParameters(NetworkParameters):
    """`permed network summary`."""

    own = {"top": "rank", "chance": "chance", "limit": "limit"}
    top: str | None = Field(None, description="Rank the nodes by this measure instead")
    chance: bool = Field(False, description="Compare with degree-preserving random networks")
    limit: int = Field(500, ge=1, le=100_000, description="Rows of the ranking")


class ExportParameters(NetworkParameters):
    """`permed network export`."""

    own = {"communities": "grouped", "most": "most", "layout": "layout"}
    format: str | None = Field(
        "gexf",
        description="gexf, graphml, pajek, vosviewer, edges-csv, nodes-csv, statnet, goldfish",
    )
    communities: bool = Field(False, description="Colour by community, not by component")
    layout: Literal["own", "release"] = Field(
        "own", description="own: laid out for itself; release: each organisation where the layout"
        " of the whole release has it, in every network",
    )  # fmt: skip
    most: int = Field(
        5000, ge=1, le=100_000, description="Nodes kept, those with most partners; said in a header"
    )


class GraphParameters(NetworkParameters):
    """The network as columns, as the page `/network` draws it."""

    own = {"most": "most", "edges": "edges"}
    format: Literal["json"] | None = Field(None, description="json")
    most: int = Field(5000, ge=1, le=50_000, description="Nodes sent, those with most partners")
    edges: int = Field(
        100_000, ge=1, le=500_000, description="Edges sent, the strongest of every node"
    )


@cache
def with_selection(parameters: type[NetworkParameters]) -> type[NetworkParameters]:
    """Return the parameters of an analysis with all options of `OPTIONS` beside its own."""
    fields: Any = {
        f"network_{key}": _field(option, parameters.renamed.get(key, key))
        for key, option in OPTIONS.items()
    }
    return create_model(parameters.__name__, __base__=parameters, **fields)


def _field(option: NetworkOption, name: str) -> tuple[Any, Any]:
    if option.kind == "texts":
        examples = [option.example] if option.example else []
        return Words, _many(option.about, *examples, alias=name)
    kinds: dict[str, Any] = {
        "text": str | None, "day": str | None, "number": Annotated[float, Field(ge=0)],
        "flag": bool, "choice": Literal[option.choices],
    }  # fmt: skip
    default = Field(option.default, alias=name, description=option.about)
    return kinds[option.kind], default
