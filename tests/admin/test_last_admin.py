"""A house is never without an admin."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.admin.forms import words
from tests.admin.test_users import edit, plan_id, signed_in, state, user_id
from tests.site import Client, Site


def test_the_last_admin_cannot_demote_disable_or_delete_themselves(start_site: Callable[..., Site]) -> None:
    site = start_site()
    admin = site.admin()

    demoted = edit(admin, site, "admin", is_admin=None)
    disabled = edit(admin, site, "admin", is_active=None)
    asked = admin.get("/admin/user/delete/?id=1")
    deleted = admin.submit("/admin/user/delete/", {"id": "1"})

    for answer, status in ((demoted, 400), (disabled, 400), (asked, 200), (deleted, 400)):
        assert answer.status_code == status
        assert "This is the only admin. Make somebody else an admin first." in words(answer)
    for answer, field in ((demoted, "is_admin"), (disabled, "is_active")):
        box = re.search(rf'<input type="checkbox" name="{field}"[^>]*>', answer.text)
        assert box is not None
        assert "autofocus" in box[0]
    assert state(site, "admin") == ("Enterprise", True, True)
    assert signed_in(admin)


def test_of_two_admins_who_demote_each_other_at_once_one_stays(start_site: Callable[..., Site]) -> None:
    site = start_site()
    second = site.person(is_admin=True)
    admins = [site.admin(), site.client().sign_in(second)]
    start = Barrier(2)

    def demote(admin: Client, other: str) -> int:
        token = admin.csrf()
        data = {"username": other, "plan": plan_id(site), "is_active": "y"}
        start.wait(20)
        path = f"/admin/user/edit/?id={user_id(site, other)}"
        return admin.post(path, data, headers={"X-CSRFToken": token}).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(demote, admins, [second, "admin"]))

    # Whoever comes second is no admin any more, or is refused as the last one.
    assert statuses[0] == 303
    assert statuses[1] in {400, 403}
    assert [state(site, "admin")[1], state(site, second)[1]].count(True) == 1
