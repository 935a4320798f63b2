#!/usr/bin/python3
"""Fills a freshly provisioned domain, offline (straight into sam.ldb): policies, people for every case, and service
accounts with exactly the rights that docs/connect-active-directory.md asks for.
Reads on stdin: {"state", "userPassword", "servicePassword"}."""
import json
import sys
import time

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
from samba.sd_utils import SDUtils

given = json.load(sys.stdin)
lp = LoadParm()
lp.load(given["state"] + "/etc/smb.conf")
db = SamDB(url=given["state"] + "/private/sam.ldb", session_info=system_session(), lp=lp)
BASE = str(db.domain_dn())
SECOND, MINUTE, DAY = 10_000_000, 600_000_000, 864_000_000_000  # in 100 ns; durations are stored negated
OUS = {name: f"OU={name},{BASE}" for name in ("People", "Elsewhere", "Rights", "Service")}
PSO_CONTAINER = f"CN=Password Settings Container,CN=System,{BASE}"


def replace(dn, attributes, controls=()):
    message = ldb.Message(ldb.Dn(db, dn))
    for name, value in attributes.items():
        message[name] = ldb.MessageElement([str(value)], ldb.FLAG_MOD_REPLACE, name)
    db.modify(message, list(controls))


def dn_of(login):
    return str(db.search(BASE, ldb.SCOPE_SUBTREE, f"(sAMAccountName={login})", attrs=["objectSid"])[0].dn)


def sid_of(dn):
    found = db.search(dn, ldb.SCOPE_BASE, attrs=["objectSid"])[0]["objectSid"][0]
    return db.schema_format_value("objectSid", found).decode()


def person(login, ou="People", given_name="Test", surname=None, cn=None, **attributes):
    surname = surname or login
    name = cn or f"{given_name} {surname}"
    dn = ldb.Dn(db, OUS[ou])
    dn.add_child(ldb.Dn(db, "CN=x"))
    dn.set_component(0, "CN", name)
    db.add({
        "dn": str(dn), "objectClass": "user", "sAMAccountName": login, "userPrincipalName": f"{login}@{realm}",
        "givenName": given_name, "sn": surname, "displayName": name, "mail": f"{login}@example.test",
        "userAccountControl": "512", "unicodePwd": f'"{given["userPassword"]}"'.encode("utf-16-le"), **attributes,
    })
    return str(dn)


def group(login, kind="-2147483646", **attributes):  # a global security group, unless said otherwise
    dn = f"CN={login},{OUS['Service']}"
    db.add({"dn": dn, "objectClass": "group", "sAMAccountName": login, "groupType": kind, **attributes})
    return dn


def join(group_dn, member_dn):
    message = ldb.Message(ldb.Dn(db, group_dn))
    message["member"] = ldb.MessageElement([member_dn], ldb.FLAG_MOD_ADD, "member")
    db.modify(message)


def fine_grained_policy(name, precedence, target, **rules):
    db.add({
        "dn": f"CN={name},{PSO_CONTAINER}", "objectClass": "msDS-PasswordSettings",
        "msDS-PasswordSettingsPrecedence": str(precedence), "msDS-PSOAppliesTo": target,
        "msDS-PasswordReversibleEncryptionEnabled": "FALSE", "msDS-PasswordComplexityEnabled": "TRUE",
        **{f"msDS-{rule}": str(value) for rule, value in {
            "PasswordHistoryLength": 5, "MinimumPasswordLength": 12, "MinimumPasswordAge": 0, "MaximumPasswordAge": -42 * DAY,
            "LockoutThreshold": 4, "LockoutObservationWindow": -30 * MINUTE, "LockoutDuration": -30 * MINUTE, **rules}.items()},
    })


USER_CLASS = "bf967aba-0de6-11d0-a285-00aa003049e2"
RESET_PASSWORD = "00299570-246d-11d0-a768-00aa006e0529"
WRITABLE = {
    "lockoutTime": "28630ebf-41d5-11d1-a9c1-0000f80367c1",
    "userAccountControl": "bf967a68-0de6-11d0-a285-00aa003049e2",
    "pwdLastSet": "bf967a0a-0de6-11d0-a285-00aa003049e2",
}


def allow(dn, *aces):
    security = SDUtils(db)
    text = security.get_sd_as_sddl(dn)
    first = text.index("(", text.index("D:"))
    security.modify_sd_on_dn(dn, text[:first] + "".join(aces) + text[first:])


def delegate(ou, sid):
    """Inherit-only, for user objects: not on the OU itself."""
    allow(OUS[ou], f"(OA;CIIO;CR;{RESET_PASSWORD};{USER_CLASS};{sid})",
          *(f"(OA;CIIO;RPWP;{guid};{USER_CLASS};{sid})" for guid in WRITABLE.values()))


realm = BASE.replace("DC=", "").replace(",", ".").lower()
replace(BASE, {
    "minPwdLength": 12, "pwdProperties": 1, "pwdHistoryLength": 5, "minPwdAge": 0, "maxPwdAge": -42 * DAY,
    "lockoutThreshold": 4, "lockoutDuration": -30 * MINUTE, "lockOutObservationWindow": -30 * MINUTE,
})
for dn in OUS.values():
    db.create_ou(dn)

db.transaction_start()
for login in ("ok", "outside", "strict", "renamed", "moved", "vanishing", "held"):
    person(login)
for login in ("expired-password-a", "expired-password-b", "expired-password-c"):
    person(login)
person("anna.aalto", given_name="Anna", surname="Aalto")
person("ansku", given_name="Annastiina", surname="Åström")
disabled = person("disabled", userAccountControl="514")
expired = person("expired")
must_change = person("must-change")
person("odd", cn='Kemppainen, "JJ" <Äijä> + y; #1 \\ =x', surname="Kemppainen")
person("odd-leading", cn="#1 (lead*)", surname="Hash")
person("other-ou", ou="Elsewhere")
for login in ("rights-a", "rights-b"):
    person(login, ou="Rights")
for login in ("svc-latchkey", "svc-rights", "svc-pools", "svc-inside"):
    db.add({
        "dn": f"CN={login},{OUS['People' if login == 'svc-inside' else 'Service']}", "objectClass": "user", "sAMAccountName": login,
        "userPrincipalName": f"{login}@{realm}", "userAccountControl": str(512 | 65536),  # its password never expires
        "unicodePwd": f'"{given["servicePassword"]}"'.encode("utf-16-le"),
    })
db.transaction_commit()

replace(expired, {"accountExpires": 116444736000000000 + SECOND * (int(time.time()) - 86400)})
replace(must_change, {"pwdLastSet": 0})
for letter in "abc":
    # over LDAP only 0 and -1 can be written; offline any time, past the password module (bypass control)
    replace(dn_of(f"expired-password-{letter}"), {"pwdLastSet": 132000000000000000}, ["local_oid:1.3.6.1.4.1.7165.4.3.12:0"])

# Who is protected, and by what
BUILTIN = {name: f"CN={name},CN=Builtin,{BASE}" for name in
           ("Administrators", "Account Operators", "Server Operators", "Print Operators", "Backup Operators", "Replicator")}
GLOBAL = {name: f"CN={name},CN=Users,{BASE}" for name in ("Domain Admins", "Enterprise Admins", "Schema Admins")}
for name, dn in {**BUILTIN, **GLOBAL}.items():
    join(dn, person("in-" + name.lower().replace(" ", "-")))
outer, middle, inner = group("Outer Circle"), group("Middle Circle"), group("Inner Circle")
join(GLOBAL["Domain Admins"], outer)
join(outer, middle)
join(middle, inner)
join(inner, person("nested-admin"))
by_primary = person("primary-admin")
join(GLOBAL["Domain Admins"], by_primary)
replace(by_primary, {"primaryGroupID": 512})
# as the domain does within the hour: who is marked is cut off from what was delegated above
by_mark = person("admin-count", adminCount="1")
descriptors = SDUtils(db)
holder = descriptors.get_sd_as_sddl(f"CN=AdminSDHolder,CN=System,{BASE}")
start = holder.index("D:")
descriptors.modify_sd_on_dn(by_mark, "D:P" + holder[holder.index("(", start):holder.find("S:", start)])
tagged = group("Protected Staff")
tagged_inside = group("Protected Staff Deputies")
join(tagged, tagged_inside)
join(tagged, person("tagged"))
join(tagged_inside, person("tagged-deputy"))

# Fine-grained policies: one for a person, the others for whoever joins their group
fine_grained_policy("Strict", 10, dn_of("strict"), MinimumPasswordLength=20, PasswordHistoryLength=10)
fine_grained_policy("Minimum Age", 20, group("Minimum Age"), MinimumPasswordAge=-1 * DAY)
fine_grained_policy("Quick Unlock", 40, group("Quick Unlock"), LockoutDuration=-3 * SECOND, LockoutObservationWindow=-3 * SECOND)

for login, ou in (("svc-latchkey", "People"), ("svc-rights", "Rights"), ("svc-pools", "People"), ("svc-inside", "People")):
    delegate(ou, sid_of(dn_of(login)))
allow(PSO_CONTAINER, f"(A;CI;LCRPLORC;;;{sid_of(dn_of('svc-latchkey'))})")
print(json.dumps({"baseDn": BASE}))
