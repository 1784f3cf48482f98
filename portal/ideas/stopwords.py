"""Words that say nothing about an idea: the small words of both languages, and what every request says."""

import re
from collections import Counter

_ENGLISH = """
a about after all also am an and any are as at be because been before being but by can could did do does doing don
down for from get had has have having he her here him his how if in into is it its just ll let like made make me more
most my no nor not now of off on once one only or other our out over own re s same she should so some such t than that
the their them then there these they this those through to too under until up us use used using ve very was way we
were what when where which while who why will with would you your
"""
_FRENCH = """
ai alors au aucun aussi autre aux avais avait avec avoir avons ayant bien ca car ce ceci cela celle celui ces cet
cette ceux chaque chez ci comme comment dans de deja des dont donc du elle elles en encore entre est et etaient etait
ete etre eu eux faire fait font il ils je la le les leur leurs lors lorsque lui ma mais me meme mes moi moins mon ne
ni nos notre nous on ont or ou par parce pas peu peut peuvent plus pour pourquoi pouvoir pouvons qu quand que quel
quelle quelles quels qui quoi sa sans se ser ses si son sont sous sur ta te tes toi ton tous tout toute toutes tres tu
un une vers vos votre vous ete etes suis sera
"""
_NOISE = """
add adding allow enable feature idea ideas need please possibility possible provide suggestion see support want wish
without ajout ajouter aimerais aimerait faudrait fonction fonctionnalite idee idees merci permettre possibilite pouvoir
proposer souhait souhaite suggestion svp voir voudrais
"""
STOPWORDS = frozenset(f"{_ENGLISH} {_FRENCH} {_NOISE}".split())
_ONLY_ENGLISH = frozenset(_ENGLISH.split()) - frozenset(_FRENCH.split())
_ONLY_FRENCH = frozenset([*_FRENCH.split(), "à", "où", "été", "être", "très", "déjà"]) - frozenset(_ENGLISH.split())


def guess(text: str, otherwise: str) -> str:
    """`en` or `fr`, by which language's small words a text has more of; `otherwise` where they are as many."""
    written = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    english = sum(written[word] for word in _ONLY_ENGLISH)
    french = sum(written[word] for word in _ONLY_FRENCH)
    return "en" if english > french else "fr" if french > english else otherwise
