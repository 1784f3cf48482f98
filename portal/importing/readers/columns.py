"""Which column of a table is what: by the names that tools and people give them in English, French and German."""

from collections.abc import Mapping

from portal.importing.mapping import plain

# Each field of ours, and what its column may be called.
CALLED = {
    "id": "id, number, no, nr, #, key, reference, ref, idea id, post id, suggestion id, numéro, numero, référence, "
    "nummer, kennung",
    "title": "title, name, subject, summary, idea, idea title, idea name, titre, nom, sujet, souhait, idée, titel, "
    "betreff, wunsch, idee, überschrift",
    "body": "body, description, details, text, content, idea description, détail, détails, texte, contenu, "
    "beschreibung, inhalt, einzelheiten",
    "author": "author, author name, created by, creator, submitter, submitted by, reporter, user, user name, "
    "auteur, demandeur, créé par, proposé par, autor, autorin, erstellt von, verfasser, melder, eingereicht von",
    "author_address": "author email, email, e-mail, creator email, submitter email, user email, courriel, e mail, "
    "adresse e-mail",
    "created_at": "created at, created, created on, date, creation date, date created, submitted at, posted at, "
    "créé le, créée le, date de création, erstellt, erstellt am, datum, erstellungsdatum",
    "status": "status, state, stage, statut, état, avancement, zustand, stand",
    "tags": "tags, labels, label, étiquettes, mots-clés, schlagworte, schlagwörter, stichworte",
    "votes_count": "votes, vote count, votes count, upvotes, supporters, points, nombre de votes, voix, stimmen, "
    "anzahl stimmen, unterstützer",
    "lang": "lang, language, locale, langue, sprache",
    "board": "board, category, forum, campaign, product, tableau, catégorie, rubrique, kategorie, bereich",
    "source": "url, link, address, source, web address, portal url, lien, adresse",
    "kind": "kind, type, issue type, art, typ",
    "response": "response, official response, answer, admin response, status update, réponse, réponse officielle, "
    "antwort, offizielle antwort",
    "response_author": "responded by, response by, response author, répondu par, beantwortet von",
    "response_at": "responded at, response date, answered at, répondu le, beantwortet am",
    "original": "duplicate of, merged into, original, original number, original id, doublon de, duplikat von",
    "comment": "comment, commentaire, kommentar",
    "ignored": "",
}
FIELDS = tuple(CALLED)
BY_NAME = {name.strip(): field for field, names in CALLED.items() for name in names.split(",") if name.strip()}
SEVERAL = ("tags", "comment", "ignored")


def guessed(names: list[str], told: dict[str, str | None], ready: Mapping[str, str | None]) -> list[str | None]:
    """The field of each column: as told, as the tool documents it, or as it is called; each field of one column."""
    said = {plain(name): field for name, field in told.items()}
    documented: dict[str, str | None] = {plain(name): field for name, field in ready.items()}
    taken = {field for name, field in said.items() if field and name in map(plain, names)}
    found: list[str | None] = []
    for name in map(plain, names):
        if name in said:
            found.append(said[name])
            continue
        field = documented.get(name, BY_NAME.get(name))
        field = None if field in taken and field not in SEVERAL else field
        taken |= {field} if field else set()
        found.append(field)
    return found
