"""Korean papers."""

from __future__ import annotations

from protocols.readers.events import JobKind
from tests.protocols.readers.receipt.papers.paper import Paper

MART = Paper(
    name="supermarket: numbered goods, bar codes beside their numbers",
    text="""
      행복마트
서울시 강남구 테헤란로 12
대표자: 홍길동  사업자번호: 123-45-67890
TEL: 02-123-4567
[영수증]
2026-11-21(토) 18:42:07  POS:03
영수증번호: 0387   계산원: 1023 김영희
------------------------------
상품명      단가  수량   금액
------------------------------
001 새우깡
8801043036443  1,500   2   3,000
002 서울우유1L
8801115114154  2,800   1   2,800
------------------------------
과세물품가액            5,273
부가세                    527
합    계                5,800
할인금액                 -300
받을금액                5,500
신용카드                5,500
카드번호: 5272-89**-****-2158
승인번호: 30018661
교환/환불은 7일 이내 영수증 지참
총수량: 3
""",
    number="0387",
    till="03",
    cashier="1023",
    at="2026-11-21T18:42:07",
    goods=(("새우깡", "2", "3000"), ("서울우유1L", "1", "2800")),
    items=3,
    total="5500",
    discount="-300",
    payment="card",
    secrets=("김영희",),
)
CAFE = Paper(
    name="café: short year, name of the staff, change",
    text="""
별다방 강남점
주문번호 47
테이블: 12
담당: 박민수
26/11/21 18:42
아메리카노(ICE)  2   9,000
카페라떼         1   5,000
합계          14,000
받은금액      20,000
거스름돈       6,000
""",
    number="47",
    table="12",
    at="2026-11-21T18:42:00",
    goods=(("아메리카노(ICE)", "2", "9000"), ("카페라떼", "1", "5000")),
    items=2,
    total="14000",
    payment="cash",
    secrets=("박민수",),
)
KITCHEN = Paper(
    name="kitchen",
    text="""
[주방주문서]
테이블 : 12번
주문번호: 0047
2026-11-21 18:42:07
김치찌개    2
공기밥      2
""",
    kind=JobKind.KITCHEN,
    number="0047",
    table="12",
    at="2026-11-21T18:42:07",
    goods=(("김치찌개", "2", None), ("공기밥", "2", None)),
    items=2,
)
RETURN = Paper(
    name="goods brought back",
    text="""
행복마트
** 반품 영수증 **
영수증번호:0388
새우깡 1,500 1 -1,500
합계 -1,500
""",
    kind=JobKind.REFUND,
    number="0388",
    goods=(("새우깡", "1", "-1500"),),
    items=1,
    total="-1500",
)
COPY = Paper(
    name="a copy, with the afternoon in words",
    text="""
행복마트
*** 재출력 ***
거래번호: 2026112100123
일시: 2026년 11월 21일 오후 6:42
새우깡            1,500원
합계 금액         1,500원
현금              1,500원
""",
    kind=JobKind.REPRINT,
    number="2026112100123",
    at="2026-11-21T18:42:00",
    goods=(("새우깡", None, "1500"),),
    items=1,
    total="1500",
    currency="KRW",
    payment="cash",
)
CARD_SLIP = Paper(
    name="card slip",
    text="""
매출전표        [고객용]
국민체크   IC카드신용승인
거래일시   26/11/21 12:02:01
카드번호   5272-89**-****-2158(C)
가맹점번호  00060538901
승인번호  30018661
판 매 금 액   36,364원
부가가치세    3,636원
합    계   40,000원
사업자번호 129-37-47689
""",
    kind=JobKind.PAYMENT,
    at="2026-11-21T12:02:01",
    total="40000",
    currency="KRW",
    payment="card",
)
CLOSING = Paper(
    name="end of day",
    text="""
마감정산
영업일자 2026-11-21
현금매출 100,000
카드매출 200,000
총매출 300,000
""",
    kind=JobKind.DAY_END,
    at="2026-11-21",
    total="300000",
)
SALE_WITH_SLIP = Paper(
    name="receipt and card slip on one paper: a sale",
    text="""
신용카드매출전표
서울식당
사업자:123-45-67890 T:02-555-1234
서울 종로구 종로 1
POS 01  BILL 000123
일시 2026/11/21 12:31:05
테이블명 홀-5
담당자 이서연
메뉴        수량     금액
비빔밥        2    18,000
된장찌개      1     8,000
공급가액           23,636
부가세              2,364
합계금액           26,000
카드종류 신한카드
카드번호 4579-73**-****-1234
할부개월 일시불
승인금액 26,000
승인번호 12345678
가맹점번호 00998877
감사합니다
""",
    number="000123",
    till="01",
    table="홀-5",
    at="2026-11-21T12:31:05",
    goods=(("비빔밥", "2", "18000"), ("된장찌개", "1", "8000")),
    items=2,
    total="26000",
    payment="card",
    secrets=("이서연",),
)
CONVENIENCE = Paper(
    name="convenience store: free goods, discounts by name, points of a member",
    text="""
씨유24 강남역점
점포코드:12345 점주:최길동
2026-11-21(토) 08:05:12
NO.0042   POS-02  담당:0007
삼각김밥 참치        1    1,200
생수500ml            2    2,000
 1+1할인                 -1,000
과자                 1    1,500
증정품               1        0
총구매액                  3,700
부가세                      336
현금                      5,000
거스름돈                  1,300
멤버십번호: 1234567890123456
잔여포인트: 1,234
""",
    number="0042",
    till="02",
    cashier="0007",
    at="2026-11-21T08:05:12",
    goods=(
        ("삼각김밥 참치", "1", "1200"),
        ("생수500ml", "2", "2000"),
        ("과자", "1", "1500"),
        ("증정품", "1", "0"),
    ),
    items=4,
    total="3700",
    discount="-1000",
    payment="cash",
    secrets=("1234567890123456",),
)
DELIVERY = Paper(
    name="delivery: phone, address over two lines",
    text="""
[배달] 교촌집
주문번호: B0X7  2026-11-21 19:02
주문자: 홍길동
연락처: 010-1234-5678
배달주소: 경기도 성남시 분당구 판교로 256
102동 1503호
허니콤보      1   23,000
콜라1.25L     1    2,500
배달료             3,000
결제금액          28,500원
결제방법 : 카카오페이
""",
    number="B0X7",
    at="2026-11-21T19:02:00",
    goods=(("허니콤보", "1", "23000"), ("콜라1.25L", "1", "2500")),
    items=2,
    total="28500",
    currency="KRW",
    payment="other",
    secrets=("홍길동", "010-1234-5678", "판교로", "1503호"),
)
UNIT_FIRST = Paper(
    name="price, quantity, amount below the name; count with the sum",
    text="""
하나로마트
[매장:양재점] [계산대 07]
거래NO: 20261121-07-0123
2026-11-21 17:20
계산원명: 최수진(2201)
*국산 두부 300g
   1,980      2      3,960
*한우 불고기(kg)
  59,000  0.512     30,208
품목수량 2
합 계 34,168
결제대상금액 34,168
현금 35,000
거스름 832
""",
    number="20261121-07-0123",
    till="07",
    cashier="2201",
    at="2026-11-21T17:20:00",
    goods=(("국산 두부 300g", "2", "3960"), ("한우 불고기(kg)", "0.512", "30208")),
    items=2,
    total="34168",
    payment="cash",
    secrets=("최수진",),
)
INTERIM = Paper(
    name="the bill before one pays is no sale",
    text="""
계산서(가)
테이블 7
김치찌개 2 16,000
합계 16,000
""",
    kind=JobKind.OTHER,
    table="7",
    goods=(("김치찌개", "2", "16000"),),
    items=1,
    total="16000",
)

KOREAN = (
    MART, CAFE, KITCHEN, RETURN, COPY, CARD_SLIP, CLOSING, SALE_WITH_SLIP, CONVENIENCE, DELIVERY,
    UNIT_FIRST, INTERIM,
)  # fmt: skip
