"""Papers of Taiwan, Hong Kong, Britain, America and Japan."""

from __future__ import annotations

from protocols.readers.events import JobKind
from tests.protocols.readers.receipt.papers.paper import Paper

TAIWANESE_INVOICE = Paper(
    name="Taiwanese uniform invoice: the republic's year, the invoice's number",
    text="""
全家好便利商店
電子發票證明聯
115年11-12月
AB-12345678
2026-11-21 18:42:07
隨機碼 1234  總計 162
賣方 12345678  買方 87654321
店號:大安店 機:03 序:0387 員:1023
交易明細
鮮乳936ml          1        92TX
御飯糰             2        70TX
合計              2項      $162
現金                       $200
找零                        $38
退貨請持本證明聯至原門市辦理
""",
    number="0387",
    till="03",
    cashier="1023",
    at="2026-11-21T18:42:07",
    goods=(("鮮乳936ml", "1", "92"), ("御飯糰", "2", "70")),
    items=2,
    total="162",
    payment="cash",
)
TAIWANESE_EATERY = Paper(
    name="Taiwanese eatery: short republic date, member, credit card",
    text="""
大安小吃店
桌號:A3   人數:2
單號:1151121007
日期:115/11/21 12:30
品名        數量  單價  金額
牛肉麵        1   160   160
滷味拼盤      2    60   120
小計                    280
服務費                   28
應收金額                308
信用卡                  308
卡號:4311-9512-3456-7890
會員:林志玲 0912-345-678
""",
    number="1151121007",
    table="A3",
    at="2026-11-21T12:30:00",
    goods=(("牛肉麵", "1", "160"), ("滷味拼盤", "2", "120")),
    items=2,
    total="308",
    payment="card",
    secrets=("林志玲", "0912-345-678", "4311-9512"),
)
HONG_KONG = Paper(
    name="Hong Kong: quantity first, unit price with @, reprint",
    text="""
金龍茶餐廳
重印收據
單號:000412
印單時間: 2026-11-21     13:05:09
經手人:阿明
人數:2
檯號:12
數量   食品          單價           銀碼
-----------------------------------------
   2 凍檸茶       @ 22.00        44.00
   1 叉燒飯       @ 58.00        58.00
小計:                         102.00
加一服務費:                    10.20
總計:                        $112.20
八達通:                       112.20
""",
    kind=JobKind.REPRINT,
    number="000412",
    table="12",
    at="2026-11-21T13:05:09",
    goods=(("凍檸茶", "2", "44.00"), ("叉燒飯", "1", "58.00")),
    items=2,
    total="112.20",
    payment="card",
    secrets=("阿明",),
)
BRITISH = Paper(
    name="British supermarket: day first, multibuy, loyalty",
    text="""
GREEN GROCERS
12 High Street, Leeds LS1 4AB
VAT No: GB 123 4567 89
Semi Skimmed Milk 2L      1.55
Bananas
  0.845 kg @ £0.95/kg     0.80
Crisps 6pk  2 @ 1.75      3.50
 Multibuy saving         -0.50
Subtotal                  5.85
TOTAL TO PAY             £5.35
VISA CONTACTLESS          5.35
Card number ************1234
AUTH CODE 123456
Change                    0.00
Receipt no 4521  Till 12  Operator 0457
05/11/2026 17:42
Clubcard number: 6340 0412 3456 7890
Thank you for shopping with us
""",
    number="4521",
    till="12",
    cashier="0457",
    at="2026-11-05T17:42:00",
    goods=(
        ("Semi Skimmed Milk 2L", None, "1.55"),
        ("Bananas", "0.845", "0.80"),
        ("Crisps 6pk", "2", "3.50"),
    ),
    items=3,
    total="5.35",
    discount="-0.50",
    currency="GBP",
    payment="card",
    secrets=("6340 0412",),
)
AMERICAN = Paper(
    name="American diner: month first, suggested tips, server's name",
    text="""
JOE'S DINER
555 Main Street
(555) 123-4567
Server: Maria     Table 14
Check #: 10023    Guests: 3
11/05/2026 7:42 PM
2 Cheeseburger          25.90
1 Caesar Salad          11.50
3 Iced Tea               8.97
Subtotal                46.37
Tax                      4.12
Total                  $50.49
Suggested tip 18% = 8.35
Credit card             50.49
Thank you for dining with us!
""",
    number="10023",
    table="14",
    at="2026-11-05T19:42:00",
    goods=(
        ("Cheeseburger", "2", "25.90"),
        ("Caesar Salad", "1", "11.50"),
        ("Iced Tea", "3", "8.97"),
    ),
    items=3,
    total="50.49",
    payment="card",
    secrets=("Maria",),
)
TERMINAL = Paper(
    name="English card slip",
    text="""
GREEN GROCERS LEEDS
MERCHANT COPY
TERMINAL ID: 12345678
MERCHANT ID: 540043210
SALE
Visa Debit  ************1234
AID: A0000000031010
AUTH CODE: 123456
AMOUNT       GBP 5.35
TOTAL        GBP 5.35
APPROVED
05/11/2026 17:42:11
""",
    kind=JobKind.PAYMENT,
    at="2026-11-05T17:42:11",
    total="5.35",
    currency="GBP",
    payment="card",
)
CONVENIENCE = Paper(
    name="Japanese convenience store: taxes, marks of the reduced rate",
    text="""
コンビニエンス さくら
渋谷１丁目店
東京都渋谷区1-2-3
電話:03-1234-5678
登録番号:T1234567890123
2026年11月21日(土) 18:42
レジ#2   責No.012
領収書
おにぎり鮭          ¥138軽
緑茶500ml  @128 x2  ¥256軽
レジ袋              ¥5
小計(税抜 8%)       ¥394
合計                ¥430
(10%対象            ¥5)
(内消費税等         ¥31)
お預り            ¥1,000
お釣               ¥570
お買上点数  4点
取引番号 123-4567
「軽」は軽減税率対象商品です。
""",
    number="123-4567",
    till="2",
    cashier="012",
    at="2026-11-21T18:42:00",
    goods=(("おにぎり鮭", None, "138"), ("緑茶500ml", "2", "256"), ("レジ袋", None, "5")),
    items=4,
    total="430",
    currency="JPY",
    payment="cash",
)
HALF_WIDTH = Paper(
    name="Japanese, in half-width kana as old tills print",
    text="""
ｽｰﾊﾟｰ ﾀﾅｶ
2026/11/21 10:05
伝票No 000123
ﾚｼﾞ:03 担当:田中
ﾄｳﾌ          2    196
ｷﾞｭｳﾆｭｳ      1    228
ｼｮｳｹｲ             424
ｺﾞｳｹｲ            ¥424
ｵｱｽﾞｶﾘ         ¥1,000
ｵﾂﾘ              ¥576
""",
    number="000123",
    till="03",
    at="2026-11-21T10:05:00",
    goods=(("トウフ", "2", "196"), ("ギュウニュウ", "1", "228")),
    items=2,
    total="424",
    currency="JPY",
    payment="cash",
    secrets=("田中",),
)
ORDER_SLIP = Paper(
    name="Japanese kitchen",
    text="""
キッチン伝票
テーブル: 12
伝票番号: 0045
2026/11/21 19:20
生ビール中     2
枝豆           1
""",
    kind=JobKind.KITCHEN,
    number="0045",
    table="12",
    at="2026-11-21T19:20:00",
    goods=(("生ビール中", "2", None), ("枝豆", "1", None)),
    items=2,
)
QUEUE = Paper(
    name="a number in a queue is nothing",
    text="""
排队号
A012
前面等候 3 桌
2026-11-21 18:05
请留意叫号
""",
    kind=JobKind.OTHER,
)
WIFI = Paper(
    name="a note with the password is nothing",
    text="""
WIFI: Guest-Cafe
Password: 12345678
Enjoy your stay!
""",
    kind=JobKind.OTHER,
)
COUPON = Paper(
    name="a coupon is nothing",
    text="""
优惠券
满100减10
编号：88001234
有效期至2026-12-31
""",
    kind=JobKind.OTHER,
)

OTHERS = (
    TAIWANESE_INVOICE, TAIWANESE_EATERY, HONG_KONG, BRITISH, AMERICAN, TERMINAL, CONVENIENCE,
    HALF_WIDTH, ORDER_SLIP, QUEUE, WIFI, COUPON,
)  # fmt: skip
