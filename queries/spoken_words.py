"""Words that people ask with, in several languages, and the word of the catalogue meant by each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from rapidfuzz.distance import OSA

from permed.graph.tables.country_names import folded
from permed.queries.near_names import mistakes_in

__all__ = ["SMALL", "catalogue_word"]

# words that say nothing of what is asked
SMALL: Final = frozenset(
    folded(
        "a all an and any are as at be by can could did do does exist for from give got had has "
        "have how i in into is it its list many may me much my nor of on only or our per please "
        "shall should show tell than that the their them there these they this those to us was "
        "we were what when where which who whom whose will with would you your "
        "alle am auf aus bei das dem den der des die ein eine gibt hat im in ist mit nach sind "
        "und vom von war waren was welche welchen welcher welches wer wie wo zu zum zur "
        "a au aux avec d dans de des du en est et la le les ont ou par pour quel quelle quelles "
        "quels qui que quoi sont sur un une combien "
        "con cual cuales cuantos de del el en es esta estan la las los para por quien quienes que "
        "son un una y che chi con da dei del della delle di e gli il in la le per quali sono un una"
    ).split()
)
# word of the catalogue: how people say it; `folded` letters, no endings
_SPOKEN: Final = {
    "barrier": "hindernis hindernisse hurde hurden barriere barrieren obstacle obstacles barrera "
    "barreras barriera hurdle hurdles challenge",
    "body": "gremium gremien organe organo organi committee board",
    "budget": "geld mittel haushalt argent presupuesto bilancio euro euros cost costs",
    "call": "ausschreibung ausschreibungen appel appels convocatoria convocatorias bando bandi "
    "aufruf jtc",
    "office": "chair chairs chairman chairwoman chaired president presidente vorsitz vorsitzende "
    "vorsitzender leitet preside presidence",
    "country": "land lander staaten pais paises paese paesi nation nations",
    "event": "veranstaltung veranstaltungen evenement evenements evento eventos eventi conference "
    "konferenz tagung workshop",
    "expert": "experten expertin experte expertos experta esperto esperti specialist specialists",
    "funded": "gefordert bewilligt finance finances financed financiado financiados finanziati "
    "finanziato",
    "funder": "geldgeber forderer forderorganisation financeur financeurs bailleur financiador "
    "financiadores finanziatore finanziatori agency agencies",
    "infrastructure": "infrastruktur infrastrukturen infraestructura infraestructuras "
    "infrastruttura infrastrutture",
    "laureate": "preistrager laureat laureats premiado premiados premiato winner winners prize "
    "award awards",
    "member": "mitglied mitglieder membre membres miembro miembros membro membri",
    "part": "participate participates participated participent participe participan partecipano "
    "teil teilnehmen involved",
    "partner": "partenaire partenaires socio socios partners kooperationspartner",
    "pay": "pays paid payer payers payed zahlt zahlen finanziert finanzieren paie paga pagan",
    "person": "people leute personen gens personas persone",
    "project": "projekt projekte projekten projet projets proyecto proyectos progetto progetti "
    "projeto projetos",
    "proposal": "antrag antrage proposition propositions propuesta propuestas proposte "
    "application applications applicants",
    "publication": "veroffentlichung veroffentlichungen publikation publikationen publicacion "
    "publicaciones pubblicazione pubblicazioni paper papers",
    "recommendation": "empfehlung empfehlungen recommandation recommandations recomendacion "
    "recomendaciones raccomandazione raccomandazioni recommend recommended",
    "region": "regionen regiones regioni lander",
    "service": "dienst dienste servicio servicios servizio servizi",
    "several": "link links linking common both shared",
    "strategy": "strategie strategien estrategia estrategias strategia strategies plan plans",
    "topic": "thema themen sujet sujets tema temas temi theme themes",
}


def catalogue_word(word: str, known: Iterable[str]) -> str | None:
    """Return the word of a catalogue that a folded word means, None where none comes near.

    known: its words without their endings. Another word or language goes before a misspelling.
    """
    known = set(known)
    if (spoken := _meanings().get(word)) in known:
        return spoken
    most = mistakes_in(word)
    if not most:
        return None
    said = dict.fromkeys(known) | {w: meant for w, meant in _meanings().items() if meant in known}
    near = {
        other: apart
        for other in said
        if mistakes_in(other) and other[0] == word[0]
        and (apart := OSA.distance(word, other, score_cutoff=most)) <= most
    }  # fmt: skip
    if not near:
        return None
    best = min(near, key=lambda other: (near[other], other))
    return said[best] or best


@cache
def _meanings() -> dict[str, str]:
    return {word: known for known, spoken in _SPOKEN.items() for word in folded(spoken).split()}
