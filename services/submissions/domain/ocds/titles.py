"""Which of several texts describes what was bought, rather than which file it is in or how far it is.

Many systems write the number of a contract, an invoice or a status where the title is due. A text describes
nothing where every word in it is a number, a code, or a word of the office (``WORDS``).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

LONGEST_TITLE = 200
SHORTEST_WORD = 3
WORD = re.compile(r"[^\W_]+")

# Words of contracts, invoices, orders and their states, and the small words between them, without accents, in
# the languages of the feeds that we read. "Contract no 7" and "winner chosen" say nothing of what was bought.
_BY_LANGUAGE = {
    "en": "contract contracts agreement award awarded awarding notice invoice invoices bill payment "
    "paid order orders purchase purchasing procurement tender tenders tendering bid bids bidder bidding "
    "quotation quote request reference ref number num lot lots item items file dossier annex appendix "
    "part amendment variation extension renewal supply supplier suppliers supplies goods services "
    "delivery winner winning chosen selected participant signed signing active pending complete completed "
    "cancelled canceled unsuccessful terminated closed open started begun public private partnership ppp "
    "example test untitled title none unknown new old the for and of with from not see various other "
    "general framework call process tbc tbd tba rfq rfp itt eoi",
    "es pt": "contrato contratos convenio acuerdo acordo adjudicacion adjudicado adjudicacao orden "
    "ordem pedido compra compras licitacion licitacao concurso factura facturas fact fatura pago pagos "
    "pagamento total parcial recuperacion fondo fonbdo fondos revolvente gastos operacion expediente exp "
    "numero num nro lote lotes partida anexo suministro bienes servicios servico servicos proveedor "
    "ganador firmado firma vigente terminado cancelado desierto pendiente enero febrero marzo abril mayo "
    "junio julio agosto septiembre octubre noviembre diciembre del los las por para con sin una defact",
    "fr": "contrat contrats marche marches accord avis attribution attribue facture factures paiement "
    "commande achat achats lot lots numero dossier annexe bon fourniture fournitures prestations signe "
    "gagnant retenu appel offres public publics des les pour par avec sans une",
    "de nl": "vertrag auftrag auftraege vergabe zuschlag rechnung zahlung bestellung angebot "
    "ausschreibung los lose nummer akte anlage lieferung leistungen unterzeichnet gewinner abgeschlossen "
    "laufend der die das und fur mit von contract overeenkomst gunning factuur bestelling perceel offerte "
    "getekend het een voor van met",
    "it": "contratto accordo affidamento aggiudicazione fattura pagamento ordine acquisto gara lotto "
    "numero fornitura servizi firmato vincitore cig cup della delle del per con",
    "da nb sv": "kontrakt kontrakter avtale avtal aftale tildeling faktura betaling bestilling ordre "
    "anbud upphandling delkontrakt parti nummer undertegnet undertecknat vinner vinnare leveranse "
    "leverans og och for til av den det",
    "pl cs sk": "umowa umowy zamowienie zamowienia przetarg faktura platnosc czesc numer podpisana "
    "podpisany zwyciezca wybrano dostawa uslugi towar smlouva objednavka zakazka cast cislo podepsana "
    "vitez zmluva dla oraz",
    "ro": "contract contractul contracte acord atribuire factura plata comanda achizitie achizitia "
    "licitatie lot numar semnat castigator executarea contractului furnizare servicii bunuri pentru din",
    "uk ru bg": "договір договору договiр підписаний підписано підписання учасник учасника переможець "
    "переможцем переможця обраний обрано закупівля закупівлі тендер лот рахунок накладна оплата "
    "замовлення номер постачання поставка товару товарів товар послуги укладено аукціон завершено "
    "активний договор договора контракт контракта подписан подписано участник победитель победителем "
    "выбран закупка закупки счет оплата заказ поставка товара товаров услуги завершен договорът фактура "
    "поръчка обществена для про або від",
    "hy": "հաշիվ պայմանագիր պայմանագրի ծածկագիր համար գնում",
    "el": "συμβαση συμβασης τιμολογιο πληρωμη παραγγελια διαγωνισμος προμηθεια αριθμος",
    "fi et hu": "sopimus lasku maksu tilaus tarjous hankinta numero allekirjoitettu voittaja leping "
    "arve tellimus hange number allkirjastatud szerzodes szamla rendeles kozbeszerzes szam nyertes",
    "ja zh": "契約 契約書 請求書 入札 落札 合同 发票 發票 招标 招標 决标 決標",
}
WORDS = frozenset(word for words in _BY_LANGUAGE.values() for word in words.split())


class Title(NamedTuple):
    """A title of at most 200 characters, empty where there is no text, and the codes of its repairs."""

    text: str
    defects: tuple[str, ...] = ()


def title_of(titles: Iterable[str | None], other_texts: Iterable[str | None]) -> Title:
    """The first of ``titles`` that describes something, else of ``other_texts``, else the first of all."""
    named, others = _lines(titles), _lines(other_texts)
    for line in (*named, *others):
        if describes(line):
            return Title(_short(line), _defects(line, named))
    return Title(_short((*named, *others, "")[0]), () if named else ("title-missing",))


def first_line(*texts: str | None) -> str:
    """The first text there is, as one line of at most 200 characters; empty where there is none."""
    return _short((*_lines(texts), "")[0])


def _defects(line: str, named: Sequence[str]) -> tuple[str, ...]:
    if not named:
        return ("title-missing",)
    return () if line == named[0] else ("title-reference",)


def _lines(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(line for text in texts if (line := " ".join((text or "").split())))


def _short(line: str) -> str:
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"


@lru_cache(maxsize=4096)
def describes(text: str) -> bool:
    """Whether a word in ``text`` says what it is about: no number, no code, no word of the office."""
    return any(map(_tells, WORD.findall(text[:LONGEST_TITLE])))


def _tells(word: str) -> bool:
    if any(sign.isdigit() for sign in word) or {word.casefold(), _plain(word)} & WORDS:
        return False
    return len(word) >= (1 if _writes_words_in_a_sign(word) else SHORTEST_WORD)


def _writes_words_in_a_sign(word: str) -> bool:
    """Chinese, Japanese and Korean need one or two signs where others need a word."""
    return unicodedata.name(word[0], "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
