"""German: Kassenbons of shops and Rechnungen of restaurants, with the block of the TSE."""

from __future__ import annotations

from protocols.readers.events import JobKind
from protocols.readers.labels.meaning import Meaning, Words, words


def _numbers(*stems: str) -> tuple[str, ...]:
    """Return "bon-nr", "bon nr", "bonnummer" and so on."""
    ends = (
        "-nr.",
        "-nr",
        " nr.",
        " nr",
        "nr.",
        "nr",
        "nummer",
        "-nummer",
        " nummer",
        "-no.",
        " no.",
    )
    return tuple(f"{stem}{end}" for stem in stems for end in ends)


DE = Words(
    language="de",
    labels={
        Meaning.PAID: words(
            "zu zahlender betrag|zu zahlen|zahlbetrag|zahlungsbetrag|endbetrag|endsumme"
            "|rechnungsbetrag|rechnungssumme|gesamtbetrag|gesamtsumme|zahlsumme|bruttobetrag"
            "|gesamtpreis|noch zu zahlen|bonsumme|total chf|total eur|summe eur|gesamt eur"
            "|gesamt brutto|brutto gesamt|summe brutto|summe inkl. mwst|summe inkl. ust"
            "|summe inkl mwst|rueckzahlungsbetrag|auszahlungsbetrag|erstattungsbetrag|auszahlung"
        ),
        Meaning.SUM: words("fahrpreis|summe|gesamt|total|saldo|betrag eur|betrag"),
        Meaning.PART: words(
            "zwischensumme|zwischen-summe|zw-summe|zwsumme|zwischentotal|teilsumme|nettosumme"
            "|netto-summe|netto gesamt|gesamt netto|gesamtnetto|summe netto|netto|nettobetrag"
            "|netto-betrag|mwst|mwst.|ust|ust.|mehrwertsteuer|umsatzsteuer|gesamt mwst"
            "|gesamt steuer|mwst gesamt|summe mwst|summe ust|mwst summe|mwst-summe|mwst-betrag"
            "|steuerbetrag|steuer|brutto|bruttoumsatz|umsatz|nettoumsatz|trinkgeld|tip|pfandsumme"
            "|summe pfand|punkte|punktestand|treuepunkte|payback punkte|payback-punkte"
            "|bonuspunkte|guthaben|restguthaben|restbetrag|kartenguthaben|summe artikel|anzahlung"
            "|bedienungsgeld|warenwert|summe vor rabatt|servicegebühr|rundung|restwert|entspricht"
            "|gutscheinrestwert|neuer saldo|alter saldo|guthaben neu|guthaben alt"
        ),
        Meaning.TENDERED: words(
            "gegeben|geg.|erhalten|gezahlt|bezahlt|bez.|zahlung|erhaltener betrag|gegeben eur|geg"
        ),
        Meaning.CHANGE: words(
            "rückgeld|rueckgeld|wechselgeld|zurück|zurueck|rückgabe bar|rückgeld bar"
            "|rueckgeld bar|restgeld|herausgeld|rückbetrag|retour bar|zurück bar"
        ),
        Meaning.DISCOUNT: words(
            "rabatt|nachlass|preisnachlass|preisvorteil|coupon|aktionsrabatt|mitarbeiterrabatt"
            "|personalrabatt|treuerabatt|sofortrabatt|mengenrabatt|app-rabatt|kundenrabatt|aktion"
            "|skonto|ermäßigung|ermaessigung|bonus-coupon|e-coupon|payback coupon|sonderrabatt"
            "|positionsrabatt|preiskorrektur"
        ),
        Meaning.DISCOUNT_SUM: words(
            "rabatt gesamt|gesamtrabatt|rabattsumme|summe rabatte|summe rabatt|rabatte gesamt"
            "|sie sparen|sie haben gespart|ersparnis|gesamtersparnis|gespart|ihre ersparnis"
            "|ihr preisvorteil|vorteil gesamt|preisvorteil gesamt"
        ),
        Meaning.CASH: words("barzahlung|bargeld|bar eur|gegeben bar|bar gegeben|bar"),
        Meaning.CARD: words(
            "kartenzahlung|ec-cash|ec cash|ec-karte|ec karte|eccash|girocard|giro card"
            "|girocard kontaktlos|kreditkarte|debitkarte|debit mastercard|maestro|mastercard|visa"
            "|visa debit|v pay|vpay|v-pay|american express|amex|elv|ec-elv|lastschrift"
            "|sepa-lastschrift|sepa lastschrift|bankkarte|karte|unbar|apple pay|google pay"
            "|kontaktlos|postcard|postfinance|ec|kk|geg. ec-cash|geg. karte|electronic cash"
            "|bankomat|bankomatkarte"
        ),
        Meaning.VOUCHER: words(
            "gutschein|geschenkkarte|geschenkgutschein|warengutschein|einkaufsgutschein"
            "|leergutbon|pfandbon|gutscheinkarte|essensmarke|sodexo"
        ),
        Meaning.MEMBER: words(
            "kundenkarte zahlung|kundenkonto|guthabenkarte|kundenguthaben|mitarbeiterkarte"
        ),
        Meaning.OTHER: words(
            "auf rechnung|paypal|klarna|überweisung|ueberweisung|twint|zimmerbuchung|auf zimmer"
            "|auf haus|lieferando|kauf auf rechnung|scheck"
        ),
        Meaning.NUMBER: (
            *_numbers("bon", "kassenbon", "kassenbeleg", "kassenzettel", "quittungs", "quittung"),
            *_numbers(
                "rechnungs",
                "rechnung",
                "rg.",
                "rg",
                "rech.",
                "rech",
                "re.",
                "re",
                "r",
                "bar-rechnung",
            ),
            *words(
                "rechn.nr.|rechn.-nr.|rechn.-nr|rechn-nr|bon#|bon #|rechnung#|bonid|bon-id|bonnr:"
            ),
        ),
        Meaning.ORDER: (
            *_numbers(
                "beleg", "kundenbeleg", "vorgangs", "vorgang", "bestell", "bestellungs", "auftrags"
            ),
            *_numbers("abhol", "journal", "transaktions", "trans.", "ticket", "storno"),
            *words(
                "bestellung|vorgang|beleg #|bestell #|ihre nummer|ihre abholnummer|lfd. nr."
                "|lfd. nr|barverkauf nr."
            ),
        ),
        Meaning.WEAK_NUMBER: words("rechnung|bon|beleg|quittung|kassenbon|nr.|nr"),
        Meaning.TILL: (
            *_numbers("kassen", "kasse", "ka.", "terminal-kasse", "kassa", "kassenplatz"),
            *words(
                "kasse|kassen-id|kassenid|kassenplatz|kassa|kasse:|kse|kasse/bon|station"
                "|kassensystem"
            ),
        ),
        Meaning.TABLE: (
            *_numbers("tisch", "platz"),
            *words("tisch|platz|tischname|zimmer|sitzplatz"),
        ),
        Meaning.CASHIER: (
            *_numbers(
                "bediener",
                "kassierer",
                "kassiererin",
                "verkäufer",
                "verkaeufer",
                "personal",
                "bed.",
            ),
            *_numbers(
                "mitarbeiter", "kellner", "benutzer", "operator", "bed", "verk.", "vk", "pers."
            ),
            *words(
                "es bediente sie|es bediente dich|dich bediente|inh.|inhaber|inhaberin"
                "|es bediente sie:|es bedient sie|sie wurden bedient von"
                "|sie bediente|ihre bedienung|ihr kellner|ihr kassierer|ihre kassiererin"
                "|ihr verkäufer|ihr berater|ihre beraterin|bediener/in|bediener-id|bedienername"
                "|bediener|bedienung|bediente sie|bed.|bed|kassierer/in|kassiererin|kassierer"
                "|kassier|verkäufer/in|verkäuferin|verkäufer|verkaeufer|verk.|verk|mitarbeiterin"
                "|mitarbeiter|kellnerin|kellner|ober|servicekraft|service|benutzer|personal"
                "|sachbearbeiter|berater|beraterin|ihr team|mit freundlichen grüßen|gedruckt von"
                "|abgeschlossen von|kassiert von|bedient von|es kassierte|es kassierte sie"
                "|erstellt von|user|ma-nr.|ma-nr|bearbeiter|fahrer"
            ),
        ),
        Meaning.METHOD: words(
            "zahlart|zahlungsart|zahlungsmittel|zahlweise|bezahlart|bezahlt mit|zahlungsmethode"
            "|bezahlung|bezahlt per|zahlung per|zahlung mit|art der zahlung"
        ),
        Meaning.ITEMS: words(
            "anzahl artikel|artikelanzahl|artikel gesamt|gesamtanzahl|anzahl positionen"
            "|anzahl pos|anzahl teile|anzahl posten|posten|positionen|anzahl der artikel"
            "|anz. artikel|gesamtmenge|artikel:|stückzahl"
        ),
        Meaning.TIME: words(
            "ausfahrt|belegdatum|rechnungsdatum|bondatum|datum/uhrzeit|datum / uhrzeit"
            "|datum/zeit|datum"
            "|uhrzeit|zeit|verkaufsdatum|leistungsdatum|kassiert am|buchungsdatum"
        ),
        Meaning.OPENED: words(
            "einfahrt|tse-start|tse start|tse-startzeit|tse-beginn|tse-stop|tse stop|tse-stopp"
            "|tse stopp"
            "|tse-ende|tse-endzeit|tse-zeit|tse-transaktion|tse-signatur|tse|start|startzeit|stop"
            "|stopp|stopzeit|endzeit|beginn|ende|vorgangsbeginn|vorgangsende|vorgangstart"
            "|bestellzeit|bestellt|erste bestellung|erstbestellung|erstbestellzeit|gedruckt am"
            "|gedruckt|druckdatum|start zeit|zeitpunkt start|zeitpunkt ende|log-time"
            "|originaldatum|originalbon vom|lieferdatum|abholzeit"
        ),
        Meaning.EXPIRY: words(
            "gültig bis|gueltig bis|gültig ab|gültig vom|öffnungszeiten|oeffnungszeiten|geöffnet"
            "|mindestens haltbar bis|geburtsdatum|umtausch bis|rückgabe bis|geb. am|geboren am"
            "|haltbar bis|einlösbar bis|ablaufdatum|mo-fr|mo-sa|mo.-fr.|mo.-sa.|mo - fr|mo - sa"
            "|mo bis fr|mo bis sa"
        ),
        Meaning.PERSON: (
            *_numbers("kunden", "kunde", "kd.", "kd", "kundenkarten", "mitglieds", "payback"),
            *_numbers("payback-karten", "deutschlandcard", "patienten", "gast", "ausweis"),
            *words(
                "kundenname|kunden-id|kundenkarte|kartenkunde|name|vorname|nachname|gastname"
                "|empfänger|empfaenger|karteninhaber|rechnungsempfänger|rechnung an"
                "|ansprechpartner|besteller|e-mail|email|mail|mitglied|payback|deutschlandcard"
                "|patient|herrn|geworben von|bewirtete person|bewirtete personen|gastgeber"
                "|kontoinhaber|mandatsreferenz|lieferung an|abholer|versicherten|iban"
                "|unterschrift von|reserviert für|reservierung|bewirtende person|ikea family"
                "|bonuskarte|clubkarte"
            ),
        ),
        Meaning.CONTACT: words("kunde|kundin|gast|herr|frau"),
        Meaning.ADDRESS: words(
            "lieferadresse|lieferanschrift|rechnungsadresse|rechnungsanschrift|versandadresse"
            "|kundenadresse|lieferung nach|lieferort|anschrift|versand an|liefern an|wohnort"
            "|wohnhaft"
        ),
        Meaning.PAN: words(
            "kartennummer|karten-nr.|karten-nr|kartennr.|kartennr|karten nr.|karten nr|karte nr."
            "|karte-nr|kreditkartennummer|kreditkarten-nr|kontonummer|konto-nr.|konto-nr|pan|kto."
            "|kto|kto.-nr.|kto-nr|kto-nr."
        ),
        Meaning.PHONE: words(
            "telefon|tel.|tel|telefonnummer|telefonnr|tel.-nr.|mobil|mobilfunk|handy|handynummer"
            "|rufnummer|fax|fon|hotline|servicenummer|kundentelefon"
        ),
        Meaning.HEADING: words(
            "artikel|artikelbezeichnung|bezeichnung|beschreibung|artikelname|pos|pos.|leistung"
            "|ware|produkt|eur|gesamtpreis eur|betrag in eur|speise|getränk|art.-nr.|art.nr."
            "|artnr|art-nr|artikelnr|artikel-nr."
        ),
        Meaning.QUANTITY: words("menge|anzahl|anz.|anz|stk|stk.|stück"),
        Meaning.PRICE: words(
            "einzelpreis|e-preis|ep|e.-preis|preis|einzel|preis/stk|stückpreis|epreis|à"
        ),
        Meaning.TERMINAL: words(
            "terminal-id|terminalid|terminal id|terminal-nr|terminal-nr.|terminalnummer|terminal"
            "|ta-nr|ta-nr.|ta nr|trace-nr|trace-nr.|trace nr|tracenr|trace|vu-nr|vu-nr.|vu nr"
            "|vu-nummer|vu|bnr|b-nr|genehmigungs-nr|genehmigungs-nr.|genehmigungsnummer"
            "|genehmigung|autorisierungs-nr|autorisierungsnummer|autorisierung|aut.-nr|aid"
            "|aid-para|aid para|as-zeit|as-proc-code|capt.-ref|capt. ref|emv-aid|emv-daten"
            "|pos-info|pos info|zahlung erfolgt|folge-nr|folgenummer|karten-folge|hash"
            "|vertragsunternehmen|bezahlung erfolgt|gläubiger-id|gläubiger-id.|as-proc|kartenart"
            "|app-label|offline-pin|verarbeitung|ec-terminal"
        ),
        Meaning.ASIDE: words(
            "kundenbeleg|k-u-n-d-e-n-b-e-l-e-g|kunden beleg|händlerbeleg|haendlerbeleg"
            "|h-ä-n-d-l-e-r-b-e-l-e-g|kundenservice|kundendienst|kundencenter|kundeninformation"
            "|kundenhotline|kundenzufriedenheit|kundenvorteil|lieber kunde|liebe kundin"
            "|liebe kunden|liebe gäste|lieber gast|anzahl gäste|gäste|anzahl personen|personen"
            "|tse-transaktion-nr|tse-transaktionsnummer|tse-transaktionsnr|tse-trans-nr"
            "|tse-seriennummer|tse-seriennr|tse-serien-nr|tse-serien-nr.|seriennummer|seriennr"
            "|serien-nr|serien-nr.|seriennummer kasse|seriennummer der kasse|kassen-seriennummer"
            "|kassenseriennummer|kassen-seriennr|seriennummer tse|kassen-sn|sn|signatur"
            "|signaturzähler|signaturzaehler|signatur-zähler|tse-signaturzähler"
            "|tse-signaturzaehler|tse-signaturz.|prüfwert|pruefwert|tse-prüfwert"
            "|transaktionsnummer tse|tse-erstbestellung|public key|client-id|tse client"
            "|tse-client-id|hash-algorithmus|ust-id|ust-idnr|ust-idnr.|ust-id-nr|ust-id-nr."
            "|ust.-id|ust.-id-nr.|ust-id.nr.|ust.id|ustid|ust.idnr|ustidnr|ust id|ust id nr"
            "|ust.-idnr.|uid nr|uid nr.|uid-nr|uid-nr.|uid|mwst-nr|mwst-nr.|mwst nr|steuer-nr"
            "|steuer-nr.|steuernr|steuernr.|steuernummer|st.-nr|st.-nr.|st-nr|st-nr.|st.nr.|stnr"
            "|finanzamt|hrb|handelsregister|amtsgericht|filiale|filial-nr|filialnr|filiale nr"
            "|filiale nr.|filialnummer|markt|markt-nr|markt-nr.|marktnr|marktnummer|fil.|fil.-nr"
            "|gln|betriebs-nr|betriebsstätte|ursprungsbon|originalbon|original-bon|originalbeleg"
            "|original-beleg|ursprungsbeleg|original-rechnung|kassenbon aufbewahren"
            "|bon aufbewahren|bitte bon|gegen bon|mit bon|mit kassenbon|gegen vorlage"
            "|kein umtausch|umtausch|umtausch nur|rückgabe nur|rückgabe innerhalb|bar-rabatt"
            "|barcode|bargeldlos|bar ausgezahlt|betrag dankend erhalten|dankend erhalten|gesamt %"
            "|gesamt pkt|beleg bitte|belegausgabe|steuersatz|steuersätze|angaben zum|angaben nach"
            "|service-hotline|service hotline|mitarbeiter gesucht|mitarbeiter/in gesucht"
            "|platz für|karte akzeptiert|karte verloren|seite|kassenbeleg-v1|kassenbeleg|beleg-v1"
            "|gast-anzahl|mail an|namensgeber|start in|aktion läuft|aktionszeitraum|aktionspreis"
            "|coupon-code|gutschein-nr|gutschein-nr.|gutscheinnummer|gutschein nr.|gutscheincode"
            "|gutschein code|payback vorteile|payback punkte sammeln|mit payback|bei payback"
            "|payback app|ohne payback|zahlung bei|bestellung aufgeben|personalnot|eur/kg|eur/l"
            "|eur/stk|€/kg|netto-marke"
        ),
    },
    titles={
        JobKind.REFUND: words(
            "retoure|retourenbon|retourenbeleg|storno|stornobeleg|stornobon|stornorechnung"
            "|storno-bon|storno-rechnung|storno-beleg|rückgabe|rückgabebeleg|rückgabebon"
            "|gutschrift|erstattung|warenrücknahme|warenrückgabe|rückerstattung|retourbeleg"
            "|rechnungskorrektur|stornierung|rueckgabe|rueckgabebeleg|umtausch / rückgabe"
        ),
        JobKind.KITCHEN: words(
            "küche|kueche|theke|bar|schank|getränke|speisen|bestellung|bestellbon|bestellzettel"
            "|nachbestellung|grill|kalte küche|warme küche|ausschank|pizza|pizzaofen|zapfanlage"
            "|abruf|buffet|pass|salatbar"
        ),
        JobKind.DAY_END: words(
            "tagesabschluss|kassenabschluss|z-bon|x-bon|z-bericht|x-bericht|kassensturz"
            "|z-abschlag|schichtende"
        ),
        JobKind.REPRINT: words(
            "kopie|duplikat|nachdruck|zweitdruck|rechnungskopie|belegkopie|bonkopie"
            "|wiederholungsdruck|2. ausfertigung|zweitschrift|wiederholung|abschrift"
        ),
        JobKind.OTHER: words(
            "zwischenrechnung|proforma|proforma-rechnung|proformarechnung|keine rechnung"
            "|schublade|lade öffnen|schublade geöffnet|kassenlade geöffnet|testdruck|trainingsbon"
            "|training|schulung|übungsbon|leergut|leergutbon|pfandbon|gutschein|coupon|angebot"
            "|kein verkauf|nullbon|null-bon|lieferschein|einzahlung|auszahlung|entnahme|einlage"
            "|kassenentnahme|kasseneinlage|barentnahme|bareinlage|privatentnahme|geldtransit"
        ),
    },
    heads={
        JobKind.KITCHEN: words(
            "küchenbon|kuechenbon|küchenzettel|bestellbon|thekenbon|getränkebon|küchendruck"
            "|arbeitsbon|bon küche|küche bon|schankbon|abholbon|produktionsbon|speisenbon"
            "|zettel küche"
        ),
        JobKind.DAY_END: words(
            "z-bon|x-bon|tagesabschluss|kassenabschluss|tagesbericht|z-bericht|x-bericht"
            "|kassensturz|z-abschlag|z-abschluss|x-abschlag|tagesumsatz|finanzbericht"
            "|kassenbericht|schichtabschluss|kellnerabrechnung|bedienerabrechnung|bedienerbericht"
            "|tagesendsumme|z-zähler|kassenschnitt|tagesabschlag|kassiererabrechnung|tagesjournal"
            "|kellnerbericht|kassenabrechnung|schichtbericht|schichtabrechnung|tagesabrechnung"
            "|umsatzbericht"
            "|kassenprotokoll|zählprotokoll|warengruppenbericht|artikelbericht|stundenbericht"
            "|umsatzübersicht|tagesübersicht"
        ),
        JobKind.REFUND: words(
            "stornorechnung|stornobeleg|storno-rechnung|retourenbon|retourenbeleg|rückgabebeleg"
            "|stornobon"
        ),
        JobKind.OTHER: words(
            "zwischenrechnung|keine rechnung|proforma|trainingsbon|trainingsmodus|schulungsmodus"
            "|schulungsbon|dies ist keine rechnung"
        ),
        JobKind.PAYMENT: words(
            "händlerbeleg|haendlerbeleg|h-ä-n-d-l-e-r-b-e-l-e-g|kassenschnitt ec"
            "|h a e n d l e r b e l e g"
        ),
    },
    anywhere={
        JobKind.REPRINT: words(
            "nachdruck|duplikat|zweitdruck|rechnungskopie|belegkopie|bonkopie|*** kopie ***"
            "|** kopie **|* kopie *|- kopie -|wiederholungsdruck|kopie der rechnung"
            "|kopie des bons|zweitausfertigung"
        ),
        JobKind.DAY_END: words(
            "kassenbestand|kassensoll|kassendifferenz|anfangsbestand|endbestand|bonanzahl"
            "|anzahl bons|anzahl kunden|anzahl belege|anzahl rechnungen|tagesumsatz"
            "|gesamtumsatz|abzuliefern|durchschnittsbon|durchschnittsumsatz|stornos|nullbons"
            "|soll|ist|abschöpfung"
        ),
        JobKind.OTHER: words("dies ist keine rechnung|dieser beleg ist keine rechnung"),
    },
)
