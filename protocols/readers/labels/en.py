"""English: shops and restaurants of Britain, America, and everybody's test receipts."""

from __future__ import annotations

from protocols.readers.events import JobKind
from protocols.readers.labels.meaning import Meaning, Words, words

_NUMBERED = ("no.", "no", "number", "num", "nr", "id", "#", "code", "ref")


def _numbers(*stems: str) -> tuple[str, ...]:
    """Return "receipt no", "receipt number", "receipt #" and so on."""
    return tuple(f"{stem} {end}" for stem in stems for end in _NUMBERED) + tuple(
        f"{stem}{end}" for stem in stems for end in ("#", "no", "nr")
    )


EN = Words(
    language="en",
    labels={
        Meaning.PAID: words(
            "amount due|balance due|balance to pay|grand total|total due|total to pay"
            "|amount payable|amount to pay|to pay|total payable|total paid|net total payable"
            "|you pay|total sale|sale total|order total|total price|invoice total|bill total"
            "|balance"
        ),
        Meaning.SUM: words(
            "total incl. vat|total inc vat|total incl vat|total including vat|total incl. tax"
            "|total incl tax|total amount|total sum|total (usd)|total usd|total eur|total gbp"
            "|total|amount total|refund total|total refund|refund amount|refund due"
            "|amount refunded|sum|ttl"
        ),
        Meaning.PART: words(
            "subtotal|sub total|sub-total|sub ttl|net total|total net|total tax|tax total"
            "|total vat|vat total|sales tax|total excl. vat|total excl vat|total ex vat"
            "|total before tax|net amount|net sales|gross|tax|vat|gst|hst|pst|service charge"
            "|gratuity|tip|tips|suggested tip|total points|points total|points balance"
            "|points earned|points|reward points|card balance|new balance|balance remaining"
            "|remaining balance|opening balance|gift card balance|delivery fee|delivery charge"
            "|deposit|cover charge|rounding|amount each|each pays|per person"
            "|total before discount|total number|total weight|items total|items subtotal"
            "|merchandise total"
        ),
        Meaning.TENDERED: words(
            "amount tendered|total tendered|tendered|tender|cash tendered|cash tender"
            "|cash received|amount received|received|amount paid|paid|payment|amount given|given"
            "|cash given|cash in"
        ),
        Meaning.CHANGE: words(
            "change due|change given|your change|cash change|cash back|cashback|change"
        ),
        Meaning.DISCOUNT: words(
            "discount|disc|disc.|coupon|promotion|promo|member discount|staff discount"
            "|loyalty discount|markdown|reduction|special offer|multibuy|multi-buy|clubcard price"
            "|price reduction|rebate|points redeemed|voucher discount|money off|savings applied"
            "|price match"
        ),
        Meaning.DISCOUNT_SUM: words(
            "total discount|total discounts|discount total|discounts total|total saving"
            "|total savings|you saved|you save|your savings|savings|saving|total saved|total off"
        ),
        Meaning.CASH: words("cash payment|cash sale|paid cash|paid in cash|cash"),
        Meaning.CARD: words(
            "credit card|debit card|credit/debit|bank card|card payment|paid by card|card sale"
            "|visa debit|visa credit|visa contactless|visa electron|visa|mastercard|master card"
            "|maestro|amex|american express|discover|diners club|diners|jcb|contactless"
            "|chip and pin|eftpos|debit|credit|card|apple pay|google pay|interac|mada|swiped"
        ),
        Meaning.WECHAT: words("wechat pay|wechatpay|wechat|weixin pay"),
        Meaning.ALIPAY: words("alipay|alipay+"),
        Meaning.UNIONPAY: words("unionpay|union pay|china unionpay|quickpass"),
        Meaning.VOUCHER: words(
            "gift card|giftcard|gift voucher|voucher|store credit|gift certificate"
        ),
        Meaning.MEMBER: words("member balance|member account|prepaid balance|stored value"),
        Meaning.OTHER: words(
            "paypal|on account|house account|room charge|charge to room|klarna|cheque"
            "|check payment|bank transfer|grabpay|venmo|cash app"
        ),
        Meaning.NUMBER: (
            *_numbers(
                "receipt", "sales receipt", "bill", "check", "chk", "slip", "document", "doc"
            ),
            *_numbers(
                "sale", "sales", "invoice", "inv", "tax invoice", "ticket", "refund", "guest check"
            ),
            *words("tr#|tr #|tr.no|rcpt|rcpt#|receipt:"),
        ),
        Meaning.ORDER: (
            *_numbers(
                "transaction", "trans", "trx", "txn", "tran", "order", "ord", "seq", "sequence"
            ),
            *words("order|trn|your order number|your number"),
        ),
        Meaning.WEAK_NUMBER: words(
            "receipt|transaction|trans|invoice|ticket|check|bill|sale|document|no.|no|nr|chk|slip"
        ),
        Meaning.TILL: (
            *_numbers(
                "till", "register", "reg", "lane", "pos", "pos terminal", "workstation", "station"
            ),
            *words("till|register|reg|lane|pos|workstation|ws|cash register|cash desk|counter"),
        ),
        Meaning.TABLE: (
            *_numbers("table", "tbl", "tab"),
            *words("table|tbl|table name|seat|booth"),
        ),
        Meaning.CASHIER: (
            *_numbers(
                "cashier", "operator", "server", "clerk", "staff", "employee", "associate", "op"
            ),
            *words(
                "cashier name|cashier|operator|clerk name|clerk|server name|server|served by"
                "|you were served by|your server was|your server|your server today"
                "|your cashier today was|your cashier was|your cashier|staff name|staff"
                "|employee name|employee|waiter|waitress|associate|sales person|salesperson"
                "|sales assistant|sales rep|opened by|closed by|printed by|rung up by"
                "|checked out by|sold by|assistant|bartender|host|opr|oper|op|csh|user|attendant"
                "|manager|prepared by"
            ),
        ),
        Meaning.METHOD: words(
            "payment method|payment type|method of payment|paid by|paid with|payment by"
            "|pay method|tender type|payment mode|pay type|mode of payment|payment details"
            "|paid via"
        ),
        Meaning.ITEMS: words(
            "total items|items sold|item count|number of items sold|number of items|no of items"
            "|no. of items|total qty|total quantity|# items sold|# items|items purchased|item(s)"
            "|items|total item|qty total|total pieces|total no. of items|items in basket"
            "|article count"
        ),
        Meaning.TIME: words(
            "date/time|date & time|date and time|transaction date|sale date|date|time"
            "|transaction time|paid at|closed at|check closed|closed"
        ),
        Meaning.OPENED: words(
            "check open|opened at|opened|order time|ordered at|seated at|printed at|printed on"
            "|printed|reprinted at|reprinted on|original date|original sale date|pickup time"
            "|ready at|order date"
        ),
        Meaning.EXPIRY: words(
            "valid until|valid thru|valid through|valid to|valid from|expires on|expires"
            "|expiry date|expiry|exp date|exp.|exp|opening hours|opening times|open hours"
            "|trading hours|best before|use by|offer ends|return by|returns until|refund by|dob"
            "|date of birth|birthday|since"
        ),
        Meaning.PERSON: (
            *_numbers("member", "customer", "cust", "loyalty", "client", "patient"),
            *_numbers("membership", "loyalty card", "member card", "club card", "rewards"),
            *words(
                "customer name|member name|membership|loyalty card|loyalty member|clubcard"
                "|clubcard number|guest name|name|cardholder|cardholder name|card holder|bill to"
                "|sold to|ship to name|recipient|attn|attention|patient|e-mail|email|passport|ssn"
                "|national id|id card|licence|driver|deliver to name|collected by|signed by"
                "|rewards member|dear|order for"
            ),
        ),
        Meaning.CONTACT: words("member|customer|guest|client|cust"),
        Meaning.ADDRESS: words(
            "delivery address|deliver to|ship to|shipping address|billing address"
            "|customer address|home address|delivery to|send to|invoice address"
        ),
        Meaning.PAN: words(
            "card number|card num|card no.|card no|card #|card#|card nr|account number"
            "|acct number|acct no|acct #|acct|acct.|pan|credit card no|credit card number"
            "|debit card no|card ending|card ending in|ending in|primary account|iban|cc#|cc #"
            "|cc no"
        ),
        Meaning.PHONE: words(
            "telephone|tel.|tel|phone number|phone no|phone|mobile|mob|cell|fax|helpline|hotline"
            "|call us|call"
        ),
        Meaning.HEADING: words(
            "item|description|desc|article|product|amount|amt|line total|ext price|sku|plu|upc"
            "|extended|item name|item description|rate|value"
        ),
        Meaning.QUANTITY: words("qty|quantity|qty.|units|pcs|count"),
        Meaning.PRICE: words("unit price|price|price each|each|unit|@ price"),
        Meaning.TERMINAL: words(
            "terminal id|terminal no|terminal|tid|merchant id|merchant no|merchant|mid|auth code"
            "|auth no|authorization code|authorization|auth|approval code|approval|appr code"
            "|approved|batch no|batch #|batch|trace no|trace #|trace|rrn|ref no|ref #"
            "|reference no|reference number|reference|aid|tvr|tsi|tc|arqc|app label"
            "|application label|entry mode|entry method|cvm|pin verified|ptid|acquirer"
            "|host response|stan|pan seq|pan seq no|invoice # (terminal)|atc|iad"
        ),
        Meaning.ASIDE: words(
            "customer copy|customer receipt|customer service|customer services|customer care"
            "|customer signature|customer survey|customer feedback|customer support|customers"
            "|customer order|merchant copy|cardholder copy|cardholder signature|member since"
            "|member price|member prices|member savings|member points|member benefits|members"
            "|become a member|not a member|guest count|guests|guest copy|covers|store no"
            "|store no.|store #|store number|store|shop no.|shop no|shop|branch no|branch|tax id"
            "|tax no|tax number|vat no|vat no.|vat number|vat reg no|vat reg. no|vat registration"
            "|vat reg|gst no|gst reg no|gst reg|company no|company reg no|abn|abn no|licence no"
            "|license no|registration no|cash only|cash desk receipt|card accepted|no refunds"
            "|no refund|no returns|no cash|no signature required|no exchange|returns|refunds"
            "|refund policy|return policy|refund within|receipt required|keep this receipt"
            "|keep your receipt|keep receipt|please retain|retain receipt|with receipt"
            "|original receipt|valid receipt|this receipt|your receipt|the receipt|receipt for"
            "|receipt copy|transaction type|transaction approved|transaction complete"
            "|transaction successful|order type|order online|order again|page no|page|suite no"
            "|unit no|apt no|table service|check us out|check out|checkout|check in|ticket price"
            "|bill of fare|sales invoice|tax invoice|invoice date|receipt date|order details"
            "|thank you for|thanks for|for returns|for exchange|for your|for more|for trading"
            "|for shopping|for help|for feedback|for a|for the|for details|for information"
            "|for any|for visiting|for dining|original receipt no|original transaction"
            "|orig receipt|orig trans|total items subtotal|voucher code|coupon code|promo code"
            "|discount code|gift receipt|mastercard id|visit our|visa id|card type"
            "|card holder copy|credit note|card verified|card present|cash drawer|survey code"
            "|access code|wifi password|password|wifi|item no|item #|serial no|serial number"
            "|in stock|savings account|points card|debit tda|line no|line #|phone order"
            "|user guide|host copy"
        ),
    },
    titles={
        JobKind.REFUND: words(
            "refund|return|returns|sale return|refund slip|return slip|credit note|void|voided"
            "|void sale|transaction void|cancelled|type: refund|transaction type: refund"
            "|transaction type: return|sales return"
        ),
        JobKind.KITCHEN: words(
            "kitchen|kitchen copy|bar|bar order|bar slip|expo|order ticket|prep ticket|chit"
            "|new order|grill|cold section|hot section|pass|fire|add on|additional order|pastry"
            "|salad station|fry|order slip"
        ),
        JobKind.DAY_END: words(
            "z report|z-report|x report|x-report|z|end of day|day end|close day|shift report"
        ),
        JobKind.REPRINT: words(
            "copy|duplicate|reprint|receipt copy|copy receipt|duplicate copy|duplicate receipt"
            "|reprinted|copy of receipt|re-print"
        ),
        JobKind.OTHER: words(
            "pro forma|proforma|guest check preview|not a receipt|this is not a receipt"
            "|preliminary bill|gift receipt|no sale|cash drawer open|drawer open|training"
            "|training mode|test print|self test|quotation|estimate|coupon|top up|paid in"
            "|paid out|payout|cash lift|no-sale"
        ),
    },
    heads={
        JobKind.KITCHEN: words(
            "kitchen order|kitchen ticket|kitchen slip|kitchen printer|kitchen chit|kot"
            "|kitchen order ticket"
        ),
        JobKind.DAY_END: words(
            "z report|z-report|x report|x-report|end of day|day end report|daily report"
            "|shift report|cashier report|cash up|z read|x read|z reading|x reading|z-reading"
            "|x-reading|day close|close of day|daily summary|sales summary|till report"
            "|end of shift"
        ),
        JobKind.REFUND: words(
            "refund receipt|return receipt|refund transaction|return transaction|refund ticket"
            "|refund voucher"
        ),
        JobKind.OTHER: words(
            "this is not a receipt|not a tax invoice|pro forma|proforma|training mode"
            "|training receipt|not a valid receipt|this is not a bill|gift receipt"
        ),
        JobKind.PAYMENT: words(
            "merchant copy|cardholder copy|card slip|credit card slip|card receipt|sales slip"
        ),
    },
    anywhere={
        JobKind.REPRINT: words(
            "reprint|re-print|reprinted|duplicate receipt|duplicate copy|duplicate|copy receipt"
            "|receipt copy|copy of receipt"
        ),
    },
)
