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
    "other en": "see attached attachment attachments enclosed enclosure below above decision "
    "decisions document documents void draft approved rejected published finished "
    "ended ongoing progress successful documentation specification code cpv value "
    "price budget quarter month year page link url http https www com org net html "
    "pdf lorem ipsum invitation email removed vat vendor contractor bought sold req "
    "ocds",
    "other de": "entscheidung beschluss anfrage antrag vereinbarung rahmenvereinbarung "
    "rahmenvertrag siehe oben unten beiliegend anhang anlagen titel ohne vergeben "
    "erteilt beendet aufgehoben entwurf genehmigt dienstleistung dienstleistungen "
    "lieferungen leistung bestellnummer rechnungsnummer vertragsnummer auftragsnummer "
    "aktenzeichen quartal seite bieter bezuschlagt nicht zutreffend",
    "other fr": "decision demande voir joint jointe piece pieces annexes titre cours cloture "
    "annule termine publie conclu accorde titulaire trimestre montant conforme neant",
    "other es pt it": "decision decisao decisione solicitud solicitacao richiesta adjunto anexos ver "
    "vease titulo titolo sin sem senza seleccionado selecionado elegido escolhido "
    "scelto vencedor curso concluido concluso cerrado finalizado ejecucion aprobado "
    "publicado aggiudicato aggiudicata annullato allegato allegati vedi offerta bando "
    "lotti importo monto valor trimestre nota unico unica vincente",
    "other da nb sv": "beslut beslutning vedtak afgorelse begaran anmodning foresporgsel foresporsel se "
    "bilag bilaga vedlegg vedlagt bifogad titel tittel uden uten utan avsluttet "
    "avsluttad afsluttet annulleret fakturanummer kvartal kvartel ordernummer "
    "tilldelad tildelt tildelad rammeavtale ramavtal",
    "other pl": "vat decyzja wniosek zapytanie porozumienie rachunek zalacznik zalaczniku patrz "
    "wykonawca wykonawce wykonawcy rozstrzygniete uniewaznione zakonczone tytul bez "
    "tytulu kwartal numeru uslug dostawy",
    "other cs sk": "rozhodnuti rozhodnutie zadost ziadost dohoda priloha prilohy nazev nazov bez "
    "zadano ukonceno zruseno vybran dodavatel dodavatele objednavky ramcova",
    "other lt lv et": "sutartis sutarties saskaita faktura sprendimas prasymas paraiska uzsakymas "
    "susitarimas priedas numeris pasirasyta laimetojas nutraukta baigta ligums liguma "
    "rekins lemums pasutijums pieteikums vienosanas numurs pielikums uzvaretajs otsus "
    "taotlus lisa vaata pealkirjata voitja konkursas pirkimas iepirkums hankeleping",
    "other fi hu": "paatos pyynto liite katso otsikko hatarozat kerelem megallapodas melleklet lasd "
    "cim nelkul nyertese eredmeny szamu szamla",
    "other ro hr sl tr": "hotarare decizie cerere anexa vezi titlu atribuit castigatorul ugovor pogodba "
    "racun narudzba odluka sklep zahtev prilog priloga broj sozlesme fatura siparis "
    "karar talep numarasi ihale",
    "other uk ru bg el": "решение рішення заявка заявление запрос запит соглашение угода приложение "
    "додаток смотри дивись названия назви без названия исполнение исполнен исполнено "
    "отменено скасовано завершен квартал номера фактура фактуры рахунку счету часть "
    "частина лоту заявки победителя решения приложении αποφαση αιτηση συμφωνια "
    "παραρτημα βλεπε τιτλο χωρις αναθεση поставки поставку",
    "other ko": "계약 계약서 청구서 주문 결정 신청 입찰 낙찰 번호 첨부 완료 취소",
    "hy": "հաշիվ պայմանագիր պայմանագրի ծածկագիր համար գնում",
    "el": "συμβαση συμβασης τιμολογιο πληρωμη παραγγελια διαγωνισμος προμηθεια αριθμος",
    "fi et hu": "sopimus lasku maksu tilaus tarjous hankinta numero allekirjoitettu voittaja leping "
    "arve tellimus hange number allkirjastatud szerzodes szamla rendeles kozbeszerzes szam nyertes",
    "ja zh": "契約 契約書 請求書 入札 落札 合同 发票 發票 招标 招標 决标 決標",
}
WORDS = frozenset(word for words in _BY_LANGUAGE.values() for word in words.split())
# Chinese and Japanese write without spaces: these are taken out of what stands together, the longest first.
_SIGNS = (
    "契約書 契約 合同书 合同 合約 协议书 协议 協議 请求书 請求書 請求 发票 發票 订单 訂單 "
    "注文書 注文 発注 入札公告 入札 落札者 落札 招标公告 招标 招標 决标 決標 中标 中標 采购 "
    "採購 调达 調達 决定 決定 公告 申请书 申请 申請書 申請 编号 編號 番号 番號 号码 號碼 "
    "附件 别纸 別紙 添付 参照 参见 标段 ロット 完了 取消 完成 进行中 签订 无标题 無題 项目 "
    "案件 通知书 通知 结果 結果 第 号 號 见 的 の 件 已"
)
_TOGETHER = re.compile("|".join(sorted(_SIGNS.split(), key=len, reverse=True)))
# What is no word about anything: pages, addresses, what stands for an address, amounts of money.
_NO_WORDS = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+|\[[^\]]{0,40}(?:removed|redacted)\]|"
    r"[-+]?\d[\d.,' \u00a0\u202f]*(?:[A-Z]{3}\b|%)|\b[A-Z]{3} ?\d[\d.,' \u00a0\u202f]*|[IVX]{2,}\b"
)


class Title(NamedTuple):
    """A title of at most 200 characters, empty where there is no text, and the codes of its repairs."""

    text: str
    defects: tuple[str, ...] = ()


def title_of(
    titles: Iterable[str | None], other_texts: Iterable[str | None], names: Iterable[str] = ()
) -> Title:
    """The first of ``titles`` that describes something, else of ``other_texts``, else the first of all.

    ``names`` are those of the buyer, which say nothing of what was bought.
    """
    named, others = _lines(titles), _lines(other_texts)
    bought_by = [name.casefold() for name in _lines(names)]
    for line in (*named, *others):
        if describes(line) and not (bought_by and _only_names(line, bought_by)):
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


def _only_names(line: str, names: list[str]) -> bool:
    """Whether nothing is left that describes something without the names of the buyer."""
    text = line.casefold()
    for name in names:
        text = text.replace(name, " ")
    return text != line.casefold() and not describes(text)


@lru_cache(maxsize=4096)
def describes(text: str) -> bool:
    """Whether a word in ``text`` says what it is about: no number, no code, no word of the office."""
    return any(map(_tells, WORD.findall(_NO_WORDS.sub(" ", text[:LONGEST_TITLE]))))


def _tells(word: str) -> bool:
    if any(sign.isdigit() for sign in word) or {word.casefold(), _plain(word)} & WORDS:
        return False
    if _writes_words_in_a_sign(word):
        return bool(_TOGETHER.sub("", word))
    return len(word) >= SHORTEST_WORD and len({*word.casefold()}) > 1


def _writes_words_in_a_sign(word: str) -> bool:
    """Chinese, Japanese and Korean need one or two signs where others need a word."""
    return unicodedata.name(word[0], "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
