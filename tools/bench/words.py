"""Ideas, comments and names in both languages, made of common words, rarer ones and names that nobody else uses."""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import ClassVar

SYLLABLES = "ba be bo da de do fa fi ga go ka ki la le lo ma mi mo na ne no pa po ra ri ro sa so ta ti to va vi"
RARE = 20_000

ENGLISH = """
schedule shift week calendar export print team manager staff phone offline filter report invoice payroll holiday
request approve reminder message colleague replacement hours overtime contract template copy undo search archive
attachment comment language dark colour screen tablet keyboard shortcut import spreadsheet column chart budget
supplier kitchen terrace reservation table guest weather forecast alert signature document folder password account
role permission history backup integration webhook address badge training onboarding availability swap split night
morning sunday bank rule limit warning break rest legal site branch map route delivery stock order label barcode
receipt card tip salary bonus survey rating photo video link button page widget summary notification sound vibration
"""
FRENCH = """
planning service semaine calendrier exporter imprimer équipe responsable personnel téléphone hors-ligne filtre rapport
facture paie congé demande valider rappel message collègue remplacement heures supplémentaires contrat modèle copier
annuler recherche archive pièce commentaire langue sombre couleur écran tablette clavier raccourci importer tableur
colonne graphique budget fournisseur cuisine terrasse réservation table client météo prévision alerte signature
document dossier compte rôle droit historique sauvegarde intégration adresse badge formation accueil disponibilité
échange coupure nuit matin dimanche férié règle limite avertissement pause repos légal site établissement carte trajet
livraison stock commande étiquette reçu pourboire salaire prime sondage note photo vidéo lien bouton page résumé son
"""
SMALL = {
    "en": "the a of to for with when and every our my in on that before after without from into",
    "fr": "le la de du pour avec quand et chaque notre mon dans sur que avant après sans depuis vers",
}
BEGINNINGS = {
    "en": ("Let me", "Show the", "Warn us before the", "Send the", "A way to see the", "Group the", "Export the"),
    "fr": (
        "Pouvoir",
        "Afficher le",
        "Prévenir avant le",
        "Envoyer le",
        "Voir d’un coup le",
        "Grouper le",
        "Exporter le",
    ),
}
FIRST = "Ada Tom Inès Marc Yuki Léa Hugo Nora Omar Chloé Karim Emma Jonas Fatou Léo Grace Hana Ravi Zoé Noah"


@dataclass
class Writer:
    """Writes texts. The same random numbers give the same texts."""

    random: Random

    def title(self, lang: str) -> str:
        """An idea in one sentence, at most 120 characters."""
        return f"{self.random.choice(BEGINNINGS[lang])} {' '.join(self._words(lang, self.random.randint(3, 8)))}"[:120]

    def text(self, lang: str, fewest: int = 12, most: int = 70) -> str:
        """A paragraph or two in Markdown."""
        words = self._words(lang, self.random.randint(fewest, most))
        if len(words) > 40:
            words[len(words) // 2] += ".\n\n"
            words[3] = f"**{words[3]}**"
        return f"{' '.join(words).capitalize()}."

    def name(self) -> str:
        """A person’s name."""
        return f"{self.random.choice(self._first)} {self._rare().capitalize()}"

    def _words(self, lang: str, number: int) -> list[str]:
        """Small words between words that say something; those follow Zipf’s law, with a long tail."""
        common = self.random.choices(self._common[lang], cum_weights=self._weights[lang], k=number)
        small = self.random.choices(self._small[lang], k=number)
        words = [word for pair in zip(small, common, strict=True) for word in pair][:number]
        return [
            self._rare() if word not in self._small[lang] and self.random.random() < 0.12 else word for word in words
        ]

    def _rare(self) -> str:
        """A word of the long tail: the n-th of RARE, small numbers far more often than large ones."""
        n = int(RARE ** self.random.random())
        known = self._syllables
        return "".join(known[n // len(known) ** place % len(known)] for place in range(3)) + "n"

    _syllables, _first = SYLLABLES.split(), FIRST.split()
    _small: ClassVar[dict[str, list[str]]] = {lang: words.split() for lang, words in SMALL.items()}
    _common: ClassVar[dict[str, list[str]]] = {"en": ENGLISH.split(), "fr": FRENCH.split()}

    @cached_property
    def _weights(self) -> dict[str, list[float]]:
        return {lang: list(accumulate(1 / (n + 3) for n in range(len(words)))) for lang, words in self._common.items()}
