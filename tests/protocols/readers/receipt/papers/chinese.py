"""Papers of the Chinese mainland."""

from __future__ import annotations

from protocols.readers.events import JobKind
from tests.protocols.readers.receipt.papers.paper import Paper

RESTAURANT = Paper(
    name="restaurant: two times, table, units, policy at the foot",
    text="""
      老王川菜馆
        结账单
台号：A12      人数：4
单号：2026112100387
收银员：李娜    工号 0012
开台时间：2026-11-21 18:02:11
结账时间：2026-11-21 19:42:07
--------------------------------
菜品        数量   单价   金额
--------------------------------
宫保鸡丁     1份   38.00  38.00
米饭         4     2.00   8.00
  （少辣）
啤酒500ml    6瓶   8.00   48.00
--------------------------------
消费合计：94.00
折扣优惠：-4.00
应收金额：90.00
实收：100.00
找零：10.00
付款方式：现金
电话：0571-88881234
谢谢惠顾 凭小票七天内退货
""",
    number="2026112100387",
    cashier="0012",
    table="A12",
    at="2026-11-21T19:42:07",
    goods=(
        ("宫保鸡丁", "1", "38.00"),
        ("米饭", "4", "8.00"),
        ("啤酒500ml", "6", "48.00"),
    ),
    items=3,
    total="90.00",
    discount="-4.00",
    payment="cash",
    secrets=("李娜",),
)
SUPERMARKET = Paper(
    name="supermarket: bar codes above, numbers below, member at the foot",
    text="""
华联超市人民店
小票号:000123 款台:05
收银员:1023 日期:2026-11-21 18:42
编码    数量  单价   金额
6901234567892 可口可乐330ml
        2    3.00   6.00
6921234567890 金龙鱼油5L
        1    69.90  69.90
2100012012345 散装苹果
        0.856 9.90 8.47
--------------------------
合计数量:3  合计金额:84.37
优惠金额:4.37
应付金额:80.00
微信支付:80.00
会员卡号:8800123456 张三
本次积分:80
""",
    number="000123",
    till="05",
    cashier="1023",
    at="2026-11-21T18:42:00",
    goods=(
        ("可口可乐330ml", "2", "6.00"),
        ("金龙鱼油5L", "1", "69.90"),
        ("散装苹果", "0.856", "8.47"),
    ),
    items=3,
    total="80.00",
    discount="-4.37",
    payment="wechat",
    secrets=("张三", "8800123456"),
)
CORNER_SHOP = Paper(
    name="corner shop: numbered goods, several labels on a line",
    text="""
小票：20261121-0005
1 农夫山泉
  6901234567892  2 x 2.00 = 4.00
2 面包
  6901234567893  1 x 12.90 = 12.90
总计 16.90
现金 20.00 找零 3.10
件数 3
2026/11/21 18:42:07 机号 03 操作员 007 赵六
""",
    number="20261121-0005",
    till="03",
    cashier="007",
    at="2026-11-21T18:42:07",
    goods=(("农夫山泉", "2", "4.00"), ("面包", "1", "12.90")),
    items=3,
    total="16.90",
    payment="cash",
    secrets=("赵六",),
)
KITCHEN = Paper(
    name="kitchen: the sum is of dishes",
    text="""
【厨打单】 凉菜间
台号:8    人数:3
单号:00387
下单员:小李
2026-11-21 18:05
----------------
拍黄瓜      1份
酱牛肉      2份
备注:少辣
合计:3
""",
    kind=JobKind.KITCHEN,
    number="00387",
    table="8",
    at="2026-11-21T18:05:00",
    goods=(("拍黄瓜", "1", None), ("酱牛肉", "2", None)),
    items=2,
    secrets=("小李",),
)
SHIFT = Paper(
    name="end of a shift",
    text="""
交班单
收银员:1023 王丽
班次:早班
开班时间:2026-11-21 08:00
交班时间:2026-11-21 16:00
现金:1234.00
微信:2345.00
合计:3579.00
""",
    kind=JobKind.DAY_END,
    cashier="1023",
    at="2026-11-21T16:00:00",
    total="3579.00",
    secrets=("王丽",),
)
CARD_SLIP = Paper(
    name="card slip",
    text="""
POS签购单
商户名称：华联超市
商户编号：102331000000001
终端编号：12345678
操作员号：01
卡号：6222 02** **** 1234
交易类型：消费
批次号：000012
凭证号：000387
授权码：123456
日期时间：2026/11/21 18:42:07
金额：RMB 84.37
持卡人签名：
持卡人存根
""",
    kind=JobKind.PAYMENT,
    cashier="01",
    at="2026-11-21T18:42:07",
    total="84.37",
    currency="CNY",
    payment="card",
)
RETURN = Paper(
    name="goods brought back, with the number of the first receipt",
    text="""
华联超市
退货单
单号：T000123
原单号：000100
可口可乐 1 -3.00
合计 -3.00
退款方式 现金
""",
    kind=JobKind.REFUND,
    number="T000123",
    goods=(("可口可乐", "1", "-3.00"),),
    items=1,
    total="-3.00",
)
PREVIEW = Paper(
    name="the bill before one pays is no sale",
    text="""
预结单
桌号 8
红烧肉 1 58.00
合计 58.00
""",
    kind=JobKind.OTHER,
    table="8",
    goods=(("红烧肉", "1", "58.00"),),
    items=1,
    total="58.00",
)
COPY = Paper(
    name="a copy: the word stands at the foot",
    text="""
华联超市
流水号:0387
苹果 1 3.00
合计 3.00
实付 3.00
（重打印）
""",
    kind=JobKind.REPRINT,
    number="0387",
    goods=(("苹果", "1", "3.00"),),
    items=1,
    total="3.00",
)
TABLE_OF_SUMS = Paper(
    name="sums in a table of their own, the way to pay alone on its line",
    text="""
XX便利店
NO:20261121000123
商品 单价 数量 金额
矿泉水 2.00 2 4.00
应收   实收   找零
4.00   10.00   6.00
支付宝
""",
    number="20261121000123",
    goods=(("矿泉水", "2", "4.00"),),
    items=1,
    total="4.00",
    payment="alipay",
)
HOT_POT = Paper(
    name="hot pot: on account, service charge, named table",
    text="""
海底火锅
结帐单号:HD0001234  桌位:大厅08
锅底                98.00
肥牛        x2      76.00
消费总额           174.00
服务费               5.00
抹零                -1.00
应收               178.00
挂账               178.00
""",
    number="HD0001234",
    table="大厅08",
    goods=(("锅底", None, "98.00"), ("肥牛", "2", "76.00")),
    items=2,
    total="178.00",
    discount="-1.00",
    payment="other",
)
TAKEAWAY = Paper(
    name="takeaway: a customer's name, number and address over two lines",
    text="""
#12 美味外卖
订单号：3021456
下单时间：2026-11-21 11:20
黄焖鸡米饭 x1 22.00
可乐 x2 6.00
配送费 3.00
红包优惠 -5.00
实付：26.00元
顾客：王女士 13912345678
配送地址：文三路88号翠苑小区
3栋2单元502室
备注：少放辣
""",
    number="3021456",
    at="2026-11-21T11:20:00",
    goods=(("黄焖鸡米饭", "1", "22.00"), ("可乐", "2", "6.00")),
    items=2,
    total="26.00",
    discount="-5.00",
    currency="CNY",
    secrets=("13912345678", "王女士", "文三路", "502室", "翠苑"),
)
WIDE = Paper(
    name="wide digits and letters, spaced labels, amounts with a currency",
    text="""
＊ 欢迎光临 ＊
单  号：Ｎ２０２６－０００１
收 银 员：００７
时  间：2026年11月21日 18时42分
品 名      数 量    金 额
豆浆         1      ￥3.50
油条         2      ￥4.00
合    计：￥7.50
实    付：￥7.50
""",
    number="N2026-0001",
    cashier="007",
    at="2026-11-21T18:42:00",
    goods=(("豆浆", "1", "3.50"), ("油条", "2", "4.00")),
    items=2,
    total="7.50",
    currency="CNY",
)
PHARMACY = Paper(
    name="pharmacy: an identity number and a bank card",
    text="""
同仁大药房
销售单号：XS2026112100045
收款员：3  机号：01
会员姓名：欧阳锋  手机：138-0013-8000
身份证号：11010519491231002X
阿莫西林胶囊0.25g*24粒  1盒  12.50  12.50
板蓝根颗粒10g*20袋  2  18.00  36.00
总数:3 总金额:48.50
会员折扣:2.00
实收金额:46.50
银行卡 46.50
卡号：6222021234567890123
交易时间：2026-11-21 09:15:33
药品非质量问题概不退换
""",
    number="XS2026112100045",
    till="01",
    cashier="3",
    at="2026-11-21T09:15:33",
    goods=(
        ("阿莫西林胶囊0.25g*24粒", "1", "12.50"),
        ("板蓝根颗粒10g*20袋", "2", "36.00"),
    ),
    items=3,
    total="46.50",
    discount="-2.00",
    payment="card",
    secrets=("欧阳锋", "138-0013-8000", "11010519491231002X", "6222021234567890123"),
)
FRUIT = Paper(
    name="fruit by weight: the scale's columns, rounding down",
    text="""
百果鲜 (西湖店)
交易单号 8801-000871
名称     单价/kg  重量kg   小计
红富士    12.80   1.255   16.06
香蕉       6.98   0.730    5.10
合计                     21.16
抹零                      0.16
应收                     21.00
支付宝                   21.00
2026-11-21 20:01  收银台2
""",
    number="8801-000871",
    till="2",
    at="2026-11-21T20:01:00",
    goods=(("红富士", "1.255", "16.06"), ("香蕉", "0.730", "5.10")),
    items=2,
    total="21.00",
    discount="-0.16",
    payment="alipay",
)

CHINESE = (
    RESTAURANT, SUPERMARKET, CORNER_SHOP, KITCHEN, SHIFT, CARD_SLIP, RETURN, PREVIEW, COPY,
    TABLE_OF_SUMS, HOT_POT, TAKEAWAY, WIDE, PHARMACY, FRUIT,
)  # fmt: skip
