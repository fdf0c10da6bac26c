"""The 41 topics of feedback: their labels, and the department that owns the cause of each.

One department per topic is what a lexicon can know; two nuances need the sentence, and a lexicon
rule may therefore name its own department. Goods that harm belong to the supply chain, but vermin
and a changed date on the shop floor belong to the store. Staff of the store belong to the store,
but those of the telephone line, the online shop and after-sales belong to operations; a *device*
(self-checkout screen, price checker) belongs to product, a *payment system* to operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Department(StrEnum):
    """Who owns the cause, and therefore the case."""

    STORE = "store"
    SUPPLY_CHAIN = "supply_chain"
    PRODUCT = "product"
    OPERATIONS = "operations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What feedback can be about."""

    id: str
    zh: str
    en: str
    department: Department


GENERAL = "general"

_STORE = (
    ("service_attitude", "服务态度", "Service attitude"),
    ("staff_expertise", "员工专业度", "Staff expertise"),
    ("staff_absent", "找不到店员", "No staff around"),
    ("queue_checkout", "排队结账", "Queue at the checkout"),
    ("checkout_error", "结账出错", "Checkout error"),
    ("price_tag", "价签", "Price tag"),
    ("cleanliness", "卫生清洁", "Cleanliness"),
    ("environment", "环境舒适", "Light, noise, air"),
    ("facility", "店内设施", "Facilities"),
    ("parking", "停车", "Parking"),
    ("safety", "人身安全", "Safety"),
    ("signage_layout", "指引与布局", "Signs and layout"),
    ("opening_hours", "营业时间", "Opening hours"),
    ("discrimination", "歧视与侮辱", "Discrimination"),
    ("weighing", "称重", "Weighing"),
    ("lost_found", "失物招领", "Lost and found"),
    (GENERAL, "其他", "General"),
)
_SUPPLY_CHAIN = (
    ("stock_out", "缺货", "Out of stock"),
    ("freshness", "新鲜度", "Freshness"),
    ("expired", "过期商品", "Expired goods"),
    ("food_safety", "食品安全", "Food safety"),
    ("counterfeit", "假货", "Counterfeit"),
    ("packaging", "包装", "Packaging"),
    ("delivery", "配送", "Delivery"),
    ("wrong_missing_item", "错发漏发", "Wrong or missing item"),
)
_PRODUCT = (
    ("allergy", "过敏", "Allergy"),
    ("quality", "商品质量", "Quality"),
    ("size_fit", "尺码", "Size and fit"),
    ("taste", "口味", "Taste"),
    ("price_level", "价格水平", "Price level"),
    ("assortment", "品种", "Assortment"),
    ("kiosk_device", "自助设备", "Self-service device"),
)
_OPERATIONS = (
    ("payment", "支付", "Payment"),
    ("promotion", "促销优惠", "Promotion"),
    ("membership", "会员", "Membership"),
    ("refund", "退款", "Refund"),
    ("exchange_return", "退换货", "Exchange and return"),
    ("after_sales_repair", "售后维修", "After-sales repair"),
    ("invoice", "发票", "Invoice"),
    ("online_order", "线上订单", "Online order"),
    ("privacy", "隐私", "Privacy"),
)

TOPICS: dict[str, Topic] = {
    id_: Topic(id=id_, zh=zh, en=en, department=department)
    for department, rows in (
        (Department.STORE, _STORE),
        (Department.SUPPLY_CHAIN, _SUPPLY_CHAIN),
        (Department.PRODUCT, _PRODUCT),
        (Department.OPERATIONS, _OPERATIONS),
    )
    for id_, zh, en in rows
}


def department_of(topic: str, *, complaint: bool = True) -> Department:
    """Return the owner of a topic; an unknown topic, of a newer survey, belongs to the store.

    How goods are packed is the supply chain's fault when it fails, and the product's make when it
    is praised or wished otherwise.
    """
    if topic == "packaging" and not complaint:
        return Department.PRODUCT
    known = TOPICS.get(topic)
    return known.department if known else Department.STORE
