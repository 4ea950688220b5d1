"""A customer calls: why did Anna get nothing, and can you write down that she called?"""

import re

from tests.support.running_shop import RunningShop
from tests.support.running_staff import RunningStaff


def text_of(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.decode()).split())


def test_from_the_advocate_to_the_friends_order_and_its_reason(shop: RunningShop) -> None:
    anna = shop.member("anna")
    ben = shop.member("ben", code=anna.code)
    order = shop.named("paid")
    facts = {"customer": {"id": ben.id}, "status": "paid", "currency": "EUR", "items_total": 5_000}
    assert shop.ask("PUT", f"/v1/orders/{order}", facts).status == 200
    shop.drain()
    staff = RunningStaff(shop)

    friends = text_of(staff.get(f"/console/members/{anna.id}?tab=friends").body)
    assert f"{ben.login} Has ordered" in friends and "Why not yet? There is an order" in friends
    orders = text_of(staff.get(f"/console/members/{ben.id}?tab=orders").body)
    assert f"Order {order} Waiting" in orders and "once the order is completed" in orders

    assert shop.ask("PUT", f"/v1/orders/{order}", facts | {"status": "completed"}).status == 200
    shop.drain()
    orders = text_of(staff.get(f"/console/members/{ben.id}?tab=orders").body)
    assert f"€5.00 for {anna.login} , level 1" in orders


def test_i_write_down_what_she_said_and_it_is_handed_out_with_her_data(shop: RunningShop) -> None:
    anna = shop.member("anna")
    page, staff = f"/console/members/{anna.id}", RunningStaff(shop)
    assert staff.push(page, page, note="Called about her link").status == 303
    assert "Called about her link" in text_of(staff.get(page).body)
    assert b"Called about her link" in staff.get(f"{page}/export").body


def test_she_was_recommended_by_ben_and_has_no_account_here_yet(shop: RunningShop) -> None:
    ben, staff = shop.member("ben"), RunningStaff(shop)
    login = shop.named("cleo")
    page = "/console/members"
    added = staff.push(page, page, login=login, referrer_login=ben.login)
    assert added.status == 303
    assert f"{login} Registered" in text_of(staff.get(f"{page}/{ben.id}?tab=friends").body)
