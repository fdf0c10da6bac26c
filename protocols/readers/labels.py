"""The words on receipts, by meaning: Chinese (both scripts), English, German and Korean.

Order is rank: the first label that is found wins. Text is compared after NFKC, lower case, and
without the spaces that tills put inside Chinese words ("合   计").
"""

from __future__ import annotations

# What the shopper pays, after every discount.
PAID = ("实付", "實付", "应付", "應付", "付款金额", "结算金额", "amount due", "balance due",
        "grand total", "total due", "amount payable", "zu zahlen", "zahlbetrag", "endbetrag",
        "rechnungsbetrag", "gesamtbetrag", "결제금액", "받을금액", "청구금액")  # fmt: skip
DUE = ("应收", "應收", "折后", "折後")
SUM = ("合计", "合計", "总计", "總計", "总额", "總額", "总金额", "總金額", "共计", "共計",
       "total", "gesamt", "summe", "合计金额", "합계", "총금액", "총액", "总价", "總價",
       "消费金额", "消費金額", "订单金额")  # fmt: skip
# What the shopper hands over: the total only where there is no change.
TENDERED = ("实收", "實收", "收款", "现金", "現金", "支付", "cash", "bar", "gegeben", "받은금액")
CHANGE = ("找零", "找赎", "找續", "找贖", "找回", "change", "rückgeld", "zurück", "거스름돈")
# They hold one of the words above, and mean something else.
NOT_TOTAL = ("小计", "小計", "subtotal", "sub total", "sub-total", "zwischensumme", "小计金额",
             "total items", "total qty", "total quantity", "total saving", "total discount",
             "total tax", "total net", "items total", "total points", "합계수량", "数量合计",
             "數量合計", "合计数量", "合計數量", "件数合计", "合计件数", "优惠合计", "合计优惠",
             "折扣合计", "nettosumme", "netto gesamt", "gesamt netto", "summe netto",
             "gesamt mwst", "税额合计", "合计税额", "total mwst", "summe mwst", "mwst summe",
             "mwst gesamt", "总计优惠", "tax total", "total vat", "原价合计", "共计优惠",
             "discount total")  # fmt: skip

NUMBER = ("小票号码", "小票号", "小票编号", "小票單號", "单据号", "单号", "單號", "单據號",
          "单据编号", "收据号", "收據號", "流水号码", "流水号", "流水號", "流水", "交易号",
          "交易號", "交易序号", "交易序號", "交易流水", "票号", "票號", "订单号", "訂單號",
          "订单编号", "账单号", "帳單號", "账单", "receipt no", "receipt number", "receipt #",
          "receipt id", "receipt", "transaction no", "transaction #", "transaction id",
          "transaction", "trans no", "trans #", "trans", "tr#", "invoice no", "invoice #",
          "invoice", "bill no", "bill #", "order no", "order #", "order number", "check #",
          "check no", "ticket no", "ticket #", "rechnungsnummer", "rechnungs-nr", "rechnungsnr",
          "rechnung nr", "rg.-nr", "rg-nr", "re.-nr", "beleg-nr", "belegnummer", "belegnr",
          "beleg nr", "bon-nr", "bonnr", "bon nr", "bonnummer", "kassenbon-nr", "영수증번호",
          "영수증 번호", "거래번호", "전표번호", "주문번호", "영수번호", "序号", "序", "rechnung",
          "bon", "no", "nr")  # fmt: skip
# Only at the start of a line: elsewhere they number other things ("member no").
NUMBER_AT_START = frozenset({"receipt", "transaction", "trans", "invoice", "rechnung", "bon", "no",
                             "nr", "账单", "序", "流水"})  # fmt: skip

ITEM_COUNT = ("总件数", "商品件数", "件数", "件數", "商品数量", "总数量", "数量合计", "合计数量",
              "總件數", "數量合計", "total items", "items sold", "item count", "total qty",
              "no of items", "number of items", "items", "anzahl artikel", "artikelanzahl",
              "anzahl", "posten", "총수량", "수량합계")  # fmt: skip

REPRINT = ("重打印", "重新打印", "重印", "补打", "補印", "补印", "副本", "reprint", "re-print",
           "duplicate", "duplikat", "nachdruck", "kopie", "재출력", "재발행")  # fmt: skip
KITCHEN = ("厨房", "廚房", "后厨", "後廚", "制作单", "出品单", "製作單", "传菜", "kitchen",
           "küche", "주방")  # fmt: skip
DAY_END = ("日结", "日結", "交班", "班结", "班結", "日报表", "z报表", "x报表", "z report",
           "z-report", "x report", "x-report", "end of day", "z-bon", "tagesabschluss",
           "kassenabschluss", "마감", "정산서")  # fmt: skip
REFUND = ("退货单", "退款单", "退貨單", "退款單", "退货小票", "refund receipt", "return receipt",
          "retoure", "storno", "rückgabe", "반품")  # fmt: skip

CURRENCIES = {"¥": "CNY", "rmb": "CNY", "cny": "CNY", "元": "CNY", "人民币": "CNY", "nt$": "TWD",
              "twd": "TWD", "hk$": "HKD", "hkd": "HKD", "€": "EUR", "eur": "EUR", "£": "GBP",
              "gbp": "GBP", "us$": "USD", "usd": "USD", "₩": "KRW", "krw": "KRW",
              "chf": "CHF"}  # fmt: skip
MONTHS = {name: month for month, names in enumerate(
    ("jan january januar", "feb february februar", "mar march märz mrz", "apr april",
     "may mai", "jun june juni", "jul july juli", "aug august", "sep sept september",
     "oct october okt oktober", "nov november", "dec december dez dezember"), 1)
    for name in names.split()}  # fmt: skip
