"""German papers."""

from __future__ import annotations

from protocols.readers.events import JobKind
from tests.protocols.readers.receipt.papers.paper import Paper

SUPERMARKET = Paper(
    name="supermarket: weights and counts below, card slip within, number at the foot",
    text="""
                 FRISCHMARKT
               Musterstr. 12
               10115 Berlin
          UID Nr.: DE812345678
                                EUR
BIO BANANEN                    1,70 B
    0,856 kg x    1,99 EUR/kg
MILCH 3,5%                     2,38 B
    2 Stk x    1,19
PFAND 0,25 EURO                0,25 A *
KAUGUMMI 5x20                  0,99 A
--------------------------------------
SUMME          EUR             5,32
======================================
Geg. EC-Cash   EUR             5,32
        * *  Kundenbeleg  * *
Datum:               21.11.2026
Uhrzeit:             18:41:58 Uhr
Beleg-Nr.            3456
Trace-Nr.            123456
           Kartenzahlung
             girocard
Nr.        ############1234 0001
Terminal-ID          56012345
Pos-Info             00 075 00
AS-Zeit 21.11.       18:41 Uhr
AS-Proc-Code = 00 075 00
Capt.-Ref. = 0000
Betrag EUR                 5,32
        Zahlung erfolgt
Steuer   %    Netto   Steuer  Brutto
A= 19,0%      1,04     0,20     1,24
B=  7,0%      3,81     0,27     4,08
Gesamtbetrag  4,85     0,47     5,32
TSE-Signatur: Abc+def/12==
TSE-Signaturzaehler: 123456
TSE-Transaktion: 987654
TSE-Start: 2026-11-21T18:41:01.000
TSE-Stop: 2026-11-21T18:42:01.000
Seriennummer Kasse: SM:90:1b:0e
21.11.2026     18:42    Bon-Nr.:1234
Markt:0123   Kasse:3   Bed.:121212
""",
    number="1234",
    till="3",
    cashier="121212",
    at="2026-11-21T18:41:58",
    goods=(
        ("BIO BANANEN", "0.856", "1.70"),
        ("MILCH 3,5%", "2", "2.38"),
        ("PFAND 0,25 EURO", None, "0.25"),
        ("KAUGUMMI 5x20", None, "0.99"),
    ),
    items=4,
    total="5.32",
    currency="EUR",
    payment="card",
)
TAVERN = Paper(
    name="tavern: quantity first, name of the waitress, cash",
    text="""
Gasthaus Zum Löwen
Inh. Karl Wirt
Hauptstr. 5, 80331 München
Tel. 089/123456
Steuer-Nr. 143/123/12345
        RECHNUNG
Rechnung Nr. 2026-004711
Tisch 12      Gäste: 2
Es bediente Sie: Anna Schmidt
21.11.2026 19:55 Uhr
--------------------------------
2 x Pils 0,5l      4,50    9,00 A
1 x Schweinebraten        15,80 A
3   Espresso       2,40    7,20 A
--------------------------------
Zwischensumme             32,00
Rabatt 10%                -3,20
SUMME EUR                 28,80
Gegeben BAR               50,00
Rückgeld                 -21,20
MwSt 19%   Netto 24,20  MwSt 4,60
Vielen Dank für Ihren Besuch
TSE-Transaktionsnummer: 88123
""",
    number="2026-004711",
    table="12",
    at="2026-11-21T19:55:00",
    goods=(
        ("Pils 0,5l", "2", "9.00"),
        ("Schweinebraten", "1", "15.80"),
        ("Espresso", "3", "7.20"),
    ),
    items=3,
    total="28.80",
    discount="-3.20",
    currency="EUR",
    payment="cash",
    secrets=("Anna Schmidt", "Schmidt"),
)
DISCOUNTER = Paper(
    name="discounter: nothing is labelled but the sum",
    text="""
BILLIG SÜD
Am Markt 3
12345 Ort
                     EUR
Vollmilch 1,5%        1,09 B
Joghurt
  4 x 0,39            1,56 B
Summe                 2,65
Kartenzahlung EUR     2,65
B 7 % MwSt 0,17 Netto 2,48 Brutto 2,65
Bedienung 17  Kasse 002
21.11.26 18:42 5532/0001/321/001/03
""",
    till="002",
    cashier="17",
    at="2026-11-21T18:42:00",
    goods=(("Vollmilch 1,5%", None, "1.09"), ("Joghurt", "4", "1.56")),
    items=2,
    total="2.65",
    currency="EUR",
    payment="card",
)
COPY = Paper(
    name="a copy: one word at its head",
    text="""
EDELMARKT Müller
Frischemarkt
        Kopie
Artikel            EUR
Äpfel  1,250 kg x 2,49 EUR/kg   3,11 B
Brötchen  6 x 0,35   2,10 B
Coupon Brötchen     -0,50
Posten: 2
SUMME EUR  4,71
Bar  10,00
Rückgeld  5,29
Bon-Nr 0815  Kasse 2  Bediener 12
21.11.2026  18:42
""",
    kind=JobKind.REPRINT,
    number="0815",
    till="2",
    cashier="12",
    at="2026-11-21T18:42:00",
    goods=(("Äpfel", "1.250", "3.11"), ("Brötchen", "6", "2.10")),
    items=2,
    total="4.71",
    discount="-0.50",
    currency="EUR",
    payment="cash",
)
RETURN = Paper(
    name="goods brought back",
    text="""
Modehaus Schick
*** RETOURE ***
Bon-Nr.: 4711   Kasse: 01
Datum: 21.11.2026 10:05
1  Jeans blau            -49,95
Summe EUR                -49,95
Auszahlung Bar           -49,95
""",
    kind=JobKind.REFUND,
    number="4711",
    till="01",
    at="2026-11-21T10:05:00",
    goods=(("Jeans blau", "1", "-49.95"),),
    items=1,
    total="-49.95",
    currency="EUR",
    payment="cash",
)
KITCHEN = Paper(
    name="kitchen",
    text="""
*** KÜCHE ***
Tisch: 12   Bestellung 88
Kellner: Anna
21.11.2026 19:12
2x Schnitzel
   ohne Pommes
1x Salat gross
""",
    kind=JobKind.KITCHEN,
    number="88",
    table="12",
    at="2026-11-21T19:12:00",
    goods=(("Schnitzel", "2", None), ("Salat gross", "1", None)),
    items=2,
    secrets=("Anna",),
)
CLOSING = Paper(
    name="end of day",
    text="""
Muster GmbH
Z-Bon Nr. 123
21.11.2026 20:00
Bar   1.234,50
Karte  800,00
Gesamt  2.034,50
""",
    kind=JobKind.DAY_END,
    number="123",
    at="2026-11-21T20:00:00",
    total="2034.50",
)
CARD_SLIP = Paper(
    name="the shop's half of a card slip",
    text="""
Muster GmbH
* * Händlerbeleg * *
Terminal-ID: 56012345
TA-Nr 001122  BNr 0033
Kartenzahlung
girocard
Betrag EUR 34,50
Datum 21.11.2026 Uhrzeit 18:42
Zahlung erfolgt
""",
    kind=JobKind.PAYMENT,
    at="2026-11-21T18:42:00",
    total="34.50",
    currency="EUR",
    payment="card",
)
INTERIM = Paper(
    name="an interim bill is no sale",
    text="""
Zwischenrechnung
Tisch 4
2 Bier 9,00
Summe 9,00
""",
    kind=JobKind.OTHER,
    table="4",
    goods=(("Bier", "2", "9.00"),),
    items=1,
    total="9.00",
)
CAFE = Paper(
    name="café: columns, number with a slash",
    text="""
Café Blau
Rechnung
Rg.-Nr.: R-2026/00123
Datum: 21.11.26 11:03
Bediener: 3
Tisch: A4
Menge Artikel         Preis  Gesamt
2     Cappuccino       3,20    6,40
1     Käsekuchen       4,10    4,10
Gesamt                       10,50
Visa                         10,50
Trinkgeld                     1,50
""",
    number="R-2026/00123",
    cashier="3",
    table="A4",
    at="2026-11-21T11:03:00",
    goods=(("Cappuccino", "2", "6.40"), ("Käsekuchen", "1", "4.10")),
    items=2,
    total="10.50",
    payment="card",
)
BAKERY = Paper(
    name="bakery: dotted time, umlauts written out, everything in capitals",
    text="""
BAECKEREI SCHUETZ
FILIALE 12  TEL 0711/998877
ST-NR 99/123/45678
21.11.2026    07.42 UHR
KASSIERER 4
BROETCHEN     5 X 0,35     1,75
BREZEL                     0,90
KAFFEE GROSS  2 X 2,80     5,60
S U M M E   EUR            8,25
BAR EUR                   20,00
RUECKGELD EUR             11,75
BON-NR. 000812  KASSE 1
MWST A 7%   NETTO 7,71   MWST 0,54
ES BEDIENTE SIE FRAU KLEIN
""",
    number="000812",
    till="1",
    cashier="4",
    at="2026-11-21T07:42:00",
    goods=(
        ("BROETCHEN", "5", "1.75"),
        ("BREZEL", None, "0.90"),
        ("KAFFEE GROSS", "2", "5.60"),
    ),
    items=3,
    total="8.25",
    currency="EUR",
    payment="cash",
    secrets=("KLEIN",),
)
DELIVERY = Paper(
    name="delivery: a customer's name and address",
    text="""
Pizzeria Roma
Bestellnummer: 4711
21.11.2026 19:30
Kunde: Max Mustermann
Tel.: 0171/2345678
Lieferadresse:
Max Mustermann
Lindenallee 17a
50668 Köln
1x Pizza Margherita        8,50
2x Cola 0,33l              5,00
Gesamtsumme               13,50 EUR
Zahlungsart: PayPal
""",
    number="4711",
    at="2026-11-21T19:30:00",
    goods=(("Pizza Margherita", "1", "8.50"), ("Cola 0,33l", "2", "5.00")),
    items=2,
    total="13.50",
    currency="EUR",
    payment="other",
    secrets=("Mustermann", "Lindenallee", "50668", "2345678"),
)
DRUGSTORE = Paper(
    name="drugstore: voucher and card, savings told at the foot",
    text="""
drogerie mustermann
Zeil 10 60313 Frankfurt
21.11.2026 17:03   2145/3 118822 4471
Shampoo Repair             2,45 1
Zahncreme 3 x 0,95         2,85 1
Aktion Zahncreme          -0,30
SUMME EUR                  5,00
Gutschein EUR              2,00
VISA EUR                   3,00
MwSt-Satz  Brutto  Netto  MwSt
1=19,00%   5,00    4,20   0,80
Sie haben gespart: 0,30
Ihr Einkauf bringt 5 Punkte
Vielen Dank für Ihren Einkauf!
Umtausch nur gegen Vorlage des Kassenbons
""",
    at="2026-11-21T17:03:00",
    goods=(("Shampoo Repair", None, "2.45"), ("Zahncreme", "3", "2.85")),
    items=2,
    total="5.00",
    discount="-0.30",
    currency="EUR",
    payment="card",
)
FASHION = Paper(
    name="fashion: article numbers, staff by name and number, double size total on its own line",
    text="""
MODEHAUS STERN
Königstr. 1
Beleg: 88-1234      Kasse: 07
Verkäufer: 314 / Frau Weber
Datum: 21.11.2026   Zeit: 15:20:33
Pos Artikel          Menge   EP   Betrag
1   4006381333931
    Hemd slim fit     1    39,99   39,99
2   4006381333948
    Socken 3er        2     7,50   15,00
Gesamtbetrag
EUR 54,99
Zahlung: EC-Karte
Kartennr.: 6725 1234 5678 9012 348
Es gelten unsere AGB
""",
    number="88-1234",
    till="07",
    cashier="314",
    at="2026-11-21T15:20:33",
    goods=(("Hemd slim fit", "1", "39.99"), ("Socken 3er", "2", "15.00")),
    items=2,
    total="54.99",
    currency="EUR",
    payment="card",
    secrets=("Weber", "6725 1234"),
)

GERMAN = (
    SUPERMARKET, TAVERN, DISCOUNTER, COPY, RETURN, KITCHEN, CLOSING, CARD_SLIP, INTERIM, CAFE,
    BAKERY, DELIVERY, DRUGSTORE, FASHION,
)  # fmt: skip
