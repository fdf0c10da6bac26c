"""More papers of Germany, the Chinese mainland and Korea: rarer layouts."""

from __future__ import annotations

from protocols.readers.events import JobKind
from tests.protocols.readers.receipt.papers.paper import Paper

TERRACE = Paper(
    name="German restaurant: table on the terrace, sizes of drinks",
    text="""
Restaurant Bella Italia
Inhaber: Mario Rossi
Marktplatz 3, 70173 Stuttgart
USt-IdNr.: DE123456789
Rechnungsnr.:      10234
Tisch:             Terrasse 5
Datum:             21.11.2026 20:15
Kellner:           Luca
Anz  Bezeichnung        EP      GP
 2   Pizza Salami      9,50   19,00
 1   Tiramisu          5,90    5,90
 3   Wasser 0,4        3,20    9,60
                   Summe     34,50 €
Netto 19%  28,99   MwSt  5,51
                   Bar       40,00 €
                   Rückgeld   5,50 €
TSE-ID: 5a4b3c2d
Transaktionsnr.: 9981
Start: 2026-11-21T19:02:00
Ende:  2026-11-21T20:15:10
Vielen Dank! Trinkgeld ist nicht enthalten.
""",
    number="10234",
    table="Terrasse 5",
    at="2026-11-21T20:15:00",
    goods=(
        ("Pizza Salami", "2", "19.00"),
        ("Tiramisu", "1", "5.90"),
        ("Wasser 0,4", "3", "9.60"),
    ),
    items=3,
    total="34.50",
    currency="EUR",
    payment="cash",
    secrets=("Luca",),
)
SIGNED_PRICES = Paper(
    name="German café: prices after à",
    text="""
eurokasse Demo
Bon: 000345    Kasse: 1
21.11.2026 14:22:10    Bediener: Chef
------------------------------------------
2 Kaffee                    à 2,50    5,00
1 Croissant                           1,80
  Rabatt 20%                         -0,36
------------------------------------------
Total EUR                             6,44
EC-Karte                              6,44
MwSt 19,00% inkl.                     1,03
""",
    number="000345",
    till="1",
    at="2026-11-21T14:22:10",
    goods=(
        ("Kaffee", "2", "5.00"),
        ("Croissant", "1", "1.80"),
    ),
    items=2,
    total="6.44",
    discount="-0.36",
    currency="EUR",
    payment="card",
)
BUTCHER = Paper(
    name="German butcher: weights below the name",
    text="""
METZGEREI HUBER
WAAGE 2          BON 0172
RINDERHACK
0,512 kg   x  9,90 €/kg        5,07
LEBERKÄSE
0,204 kg   x 12,50 €/kg        2,55
SUMME                          7,62 €
BAR GEGEBEN                   10,00 €
RÜCKGELD                       2,38 €
ES BEDIENTE SIE: HR. MAIER
21.11.26  09:14
""",
    number="0172",
    at="2026-11-21T09:14:00",
    goods=(
        ("RINDERHACK", "0.512", "5.07"),
        ("LEBERKÄSE", "0.204", "2.55"),
    ),
    items=2,
    total="7.62",
    currency="EUR",
    payment="cash",
    secrets=("MAIER",),
)
FUEL = Paper(
    name="German filling station: litres with three decimals",
    text="""
Tankstelle Nord
Säule 4  Super E10
  35,20 l   1,759 EUR/l       61,92 A
Kaffee                         2,50 A
Gesamtbetrag EUR              64,42
Netto 54,13  MwSt 19,0% 10,29
girocard EUR 64,42
Rechnungs-Nr. 2026112100451
Station 0815  Kasse 01 Bed. 07
21.11.2026 06:58:11
""",
    number="2026112100451",
    till="01",
    cashier="07",
    at="2026-11-21T06:58:11",
    goods=(
        ("Säule 4 Super E10", "35.20", "61.92"),
        ("Kaffee", None, "2.50"),
    ),
    items=2,
    total="64.42",
    currency="EUR",
    payment="card",
)
FAST_FOOD = Paper(
    name="Chinese fast food: quantity first, parts of a set below",
    text="""
XX炸鸡（中山路店）
外带  取餐号：A086
订单编号：1202611210086
2026-11-21 12:08:33
1 香辣鸡腿堡套餐          39.50
  +中可乐
  +薯条(中)
2 葡式蛋挞               18.00
小计                     57.50
优惠券                   -8.00
合计                     49.50
微信支付                 49.50
收银员：06    POS：2
""",
    number="1202611210086",
    till="2",
    cashier="06",
    at="2026-11-21T12:08:33",
    goods=(
        ("香辣鸡腿堡套餐", "1", "39.50"),
        ("葡式蛋挞", "2", "18.00"),
    ),
    items=2,
    total="49.50",
    discount="-8.00",
    payment="wechat",
)
PLATFORM = Paper(
    name="Chinese delivery platform: counts with *, one decimal",
    text="""
#23 美团外卖
【已付款】
--------------------------------
下单时间:2026-11-21 11:58:12
订单号: 100223344556677889
期望送达:立即送餐
**************1号口袋**************
麻辣烫(大份)        *1        26.8
米饭                *2         4
--------------------------------
餐盒费                          2
配送费                          3.5
[满减优惠]                     -5
--------------------------------
总计: 31.3元
--------------------------------
备注: 不要香菜
张(先生) 131****2233
科技园路18号创新大厦A座1206
""",
    number="100223344556677889",
    at="2026-11-21T11:58:12",
    goods=(
        ("麻辣烫(大份)", "1", "26.8"),
        ("米饭", "2", "4"),
    ),
    items=2,
    total="31.3",
    discount="-5",
    currency="CNY",
)
PRIVATE_ROOM = Paper(
    name="Chinese restaurant: opened and printed, nothing else",
    text="""
食尚自助餐厅
消费账单
账单号: B20261121015   台名: V8包间
客数: 6    营业员: 小张
开单时间: 2026-11-21 18:01
打印时间: 2026-11-21 20:45
品名          单价   数量   小计
成人票        128.00    5   640.00
儿童票         68.00    1    68.00
啤酒           10.00   6瓶   60.00
消费金额:768.00
折扣金额:-38.00
应收金额:730.00
实收金额:730.00
  支付宝:730.00
谢谢光临
""",
    number="B20261121015",
    table="V8",
    at="2026-11-21T20:45:00",
    goods=(
        ("成人票", "5", "640.00"),
        ("儿童票", "1", "68.00"),
        ("啤酒", "6", "60.00"),
    ),
    items=3,
    total="730.00",
    discount="-38.00",
    payment="alipay",
    secrets=("小张",),
)
CONVENIENCE_STORE = Paper(
    name="Chinese convenience store: two sums on a line",
    text="""
罗森便利
门店:SH0123  收银机:02
单据号:SH012302261121000456
收款员:8890
2026-11-21 07:45:01
饭团金枪鱼
6920123456789   1    6.50    6.50
豆浆原味 T
6920123456796   2    4.00    8.00
--------------------------------
合计件数:3        应付:14.50
会员折扣:-0.50
实付:14.00
支付宝支付:14.00
会员号:****5678
""",
    number="SH012302261121000456",
    till="02",
    cashier="8890",
    at="2026-11-21T07:45:01",
    goods=(
        ("饭团金枪鱼", "1", "6.50"),
        ("豆浆原味 T", "2", "8.00"),
    ),
    items=3,
    total="14.00",
    discount="-0.50",
    payment="alipay",
)
SPACED = Paper(
    name="Korean store: words spaced out to columns",
    text="""
        이마트24 역삼점
사업자번호 : 123-45-67890  대표: 김대표
주소 : 서울 강남구 역삼로 1
전화 : 02-555-0000
거래일시 : 2026-11-21 13:45:10
POS: 001   전표No: 0057
--------------------------------
코카콜라캔355ml
          1,500 x 2       3,000
도시락불고기
          4,800 x 1       4,800
--------------------------------
총   품   목   수 :            2
과 세 물 품 가 액 :        7,091
부  가  가  치  세 :         709
합             계 :        7,800
--------------------------------
카   드   결   제 :        7,800
[카드번호] 9410-12**-****-3456
[승인번호] 00123456
캐셔: 이점원
""",
    number="0057",
    till="001",
    at="2026-11-21T13:45:10",
    goods=(
        ("코카콜라캔355ml", "2", "3000"),
        ("도시락불고기", "1", "4800"),
    ),
    items=2,
    total="7800",
    payment="card",
    secrets=("이점원",),
)
GRILL = Paper(
    name="Korean grill: goods in a table, receipt number after NO",
    text="""
[ 영 수 증 ]
한우마을
테이블: 3   인원: 4
NO: 20261121-0031
2026-11-21 (토) 20:10
-------------------------------
품목          단가  수량   금액
-------------------------------
한우등심     45,000   3  135,000
공기밥        1,000   4    4,000
소주          5,000   2   10,000
-------------------------------
소계                     149,000
할인                     -9,000
-------------------------------
받을 금액                140,000
받은 금액                150,000
거스름돈                  10,000
-------------------------------
담당자: 관리자
""",
    number="20261121-0031",
    table="3",
    at="2026-11-21T20:10:00",
    goods=(
        ("한우등심", "3", "135000"),
        ("공기밥", "4", "4000"),
        ("소주", "2", "10000"),
    ),
    items=3,
    total="140000",
    discount="-9000",
    payment="cash",
)
ADDED_ORDER = Paper(
    name="Korean kitchen: labels in brackets",
    text="""
=========== 주 문 서 ===========
[테이블] 7번    [주문] 추가
시간: 2026-11-21 19:20:11
--------------------------------
메뉴                      수량
--------------------------------
삼겹살                       2
  - 덜 익혀주세요
된장찌개                     1
--------------------------------
""",
    kind=JobKind.KITCHEN,
    table="7",
    at="2026-11-21T19:20:11",
    goods=(
        ("삼겹살", "2", None),
        ("된장찌개", "1", None),
    ),
    items=2,
)

RARER = (
    TERRACE,
    SIGNED_PRICES,
    BUTCHER,
    FUEL,
    FAST_FOOD,
    PLATFORM,
    PRIVATE_ROOM,
    CONVENIENCE_STORE,
    SPACED,
    GRILL,
    ADDED_ORDER,
)
