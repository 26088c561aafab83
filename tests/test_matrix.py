"""Who reaches what: every page and every operation × every role; an address without a row fails."""

import json
from copy import copy
from datetime import timedelta
from functools import partial

import msgspec
import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, TransactionTestCase, override_settings
from django.urls import get_resolver, reverse
from django.utils import timezone

from config import demo
from config.api import api
from tests import city
from tests.bilingual import translated
from tests.cases import attached, cosigned, test_bundles, tolerant
from tests.construction import project as at_work
from tests.enterprise import served
from tests.licences import city_licences
from tests.people.signing import sign_in
from tests.simulated import sample
from tests.townships import test_deeds
from tongban.cases import forms
from tongban.cases.actions import checks, correction, drafts, letters
from tongban.cases.models import Case, Draft, Upload
from tongban.cases.queries import applications
from tongban.cases.rules.resources import RESOURCES
from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import queries as catalogue
from tongban.catalogue import shipped
from tongban.catalogue.forms import workbook
from tongban.connectors import actions as connector_actions
from tongban.connectors.rules import delivery
from tongban.engine import clock
from tongban.engine.lifecycle import commands
from tongban.licences import actions as licence_actions
from tongban.people import actions as people_actions
from tongban.people import queries as people
from tongban.people.models import LanguageSkill, Post, Representation
from tongban.people.rules import Scope
from tongban.people.seeding import DEMO_PASSWORD

# owner: the applicant's representative · other: another applicant · agent: acted for it until its power ended
# foreign: the same department's clerk in another county · no2fa: the clerk who has not shown the code yet
ACCOUNTS = {
    "owner": "wang_xiaomei",
    "other": "li_qiang",
    "agent": "zhao_ying",
    "clerk": "yucheng_clerk",
    "foreign": "mingshan_clerk",
    "exam": "yucheng_examiner",
    "appr": "yucheng_approver",
    "head": "yucheng_head",
    "deliv": "yucheng_delivery",
    "edit": "editor",
    "super": "supervisor",
    "trans": "bo_translator",
    "system": "system_admin",
    "secur": "security_admin",
    "audit": "audit_admin",
    "no2fa": "yucheng_clerk",
}

# Verdicts of pages.
#   ok     let in: the answer of the address's row      .      the verdict to the left
#   login  to the sign-in page                          2fa    to the second factor
#   home   elsewhere, because there is nothing to do    403 404 409 …  refused with this status
PAGE_RULES = """
rule         anon   owner  other  agent  clerk  foreign exam   appr   head   deliv  edit   super  trans  system secur  audit  no2fa
everybody    ok     .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
public       ok     .      .      .      .      .      .      .      .      .      .      .      .      .      .      .      2fa
anonymous    ok     home   .      .      .      .      .      .      .      .      .      .      .      .      .      .      2fa
signing      ok     home   .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
signed       login  ok     .      .      .      .      .      .      .      .      .      .      .      .      .      .      2fa
leaving      home   ok     .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
between      login  home   .      .      .      .      .      .      .      .      .      .      .      .      .      .      2fa
again        login  ok     .      .      .      .      .      .      .      .      .      .      .      .      .      .      .
person       login  ok     .      .      403    .      .      .      .      .      .      .      .      .      .      .      2fa
party        login  ok     403    .      .      .      .      .      .      .      .      .      .      .      .      .      2fa
applicant    login  ok     404    .      .      .      .      .      .      .      .      .      .      .      .      .      2fa
cosigner     login  404    ok     404    .      .      .      .      .      .      .      .      .      .      .      .      2fa
reads        login  ok     404    .      ok     404    ok     .      .      .      404    ok     404    .      .      .      2fa
takes        login  ok     404    .      403    404    403    .      .      .      404    403    404    .      .      .      2fa
desk         login  403    .      .      ok     .      .      .      .      .      .      .      .      403    .      .      2fa
organ        login  403    .      .      ok     404    ok     .      .      .      404    ok     404    403    .      .      2fa
organ_deed   login  403    .      .      ok     404    ok     .      .      .      404    403    404    403    .      .      2fa
board        login  403    .      .      ok     404    ok     .      .      .      .      .      .      403    .      .      2fa
closing      login  403    .      .      .      404    403    .      .      .      .      .      .      403    .      .      2fa
clerk        login  403    .      .      ok     404    403    .      .      .      404    403    404    403    .      .      2fa
pilot_board  login  403    .      .      404    .      .      .      .      .      .      ok     404    403    .      .      2fa
pilot_exam   login  403    .      .      404    .      .      .      .      .      .      403    404    403    .      .      2fa
pilot_clerk  login  403    .      .      404    ok     404    .      .      .      .      403    404    403    .      .      2fa
confirmer    login  403    .      .      .      .      .      .      ok     403    .      .      .      .      .      .      2fa
worker       login  403    .      .      ok     404    ok     .      403    ok     404    403    404    403    .      .      2fa
holder       login  403    .      .      ok     404    409    .      ok     409    404    403    404    403    .      .      2fa
examiner     login  403    .      .      .      404    ok     403    .      .      404    403    404    403    .      .      2fa
approver     login  403    .      .      .      404    403    ok     403    .      404    403    404    403    .      .      2fa
head         login  403    .      .      .      404    403    .      ok     403    404    403    404    403    .      .      2fa
deliverer    login  403    .      .      .      404    403    .      .      ok     404    403    404    403    .      .      2fa
explainer    login  403    .      .      .      404    403    ok     .      403    404    403    404    403    .      .      2fa
editor       login  403    .      .      .      .      .      .      .      .      ok     403    .      .      .      .      2fa
overseer     login  403    .      .      .      .      .      .      .      .      ok     .      403    .      .      .      2fa
service      login  403    .      .      404    .      .      .      .      .      ok     .      404    403    .      .      2fa
centre       login  403    .      .      404    .      .      .      .      .      ok     403    404    403    .      .      2fa
elsewhere    login  403    .      .      404    .      .      .      .      .      403    .      404    403    .      .      2fa
finding      login  403    .      .      ok     404    ok     .      .      .      .      .      .      403    .      .      2fa
answers      login  403    .      .      .      404    403    .      ok     403    .      .      .      .      .      .      2fa
reviewer     login  403    .      .      .      404    403    .      .      .      .      .      .      .      .      .      2fa
system       login  403    .      .      .      .      .      .      .      .      .      .      .      ok     403    .      2fa
security     login  403    .      .      .      .      .      .      .      .      .      .      .      .      ok     403    2fa
audit        login  403    .      .      .      .      .      .      .      .      .      .      .      .      .      ok     2fa
admins       login  403    .      .      .      .      .      .      .      .      .      .      .      ok     .      .      2fa
translator   login  403    .      .      .      .      .      .      .      .      .      .      ok     403    .      .      2fa
"""

# address, method, the answer of those let in (status), rule; {…} are things of the world below.
PAGES = """
livez                                       GET  200 public
readyz                                      GET  200 public
kit:language code=en                        GET  302 everybody
kit:elder switch=on                         GET  302 everybody
kit:accessibility                           GET  200 everybody
kit:privacy                                 GET  200 everybody
kit:keys                                    GET  200 public
kit:specimen                                GET  200 public
kit:specimen_desk                           GET  200 public
catalogue:home                              GET  200 public
catalogue:search                            GET  200 public
catalogue:scene key={scene}                 GET  200 public
catalogue:bundle code=open_restaurant       GET  200 public
catalogue:county code=511802                GET  302 public
catalogue:item base_code={item}             GET  200 public
catalogue:guidance base_code={item}         GET  200 public
catalogue:bpmn base_code={item}             GET  200 public
catalogue:bundle_bpmn code=open_restaurant  GET  200 public
catalogue:cleanup                           GET  200 public
catalogue:findings                          GET  200 desk
catalogue:findings_figures                  GET  200 desk
catalogue:finding key={finding}             GET  200 finding
catalogue:answer_standing key={finding}     POST 302 answers
catalogue:review_standing key={answered} verdict=acceptance POST 302 reviewer
catalogue:desk_items                        GET  200 desk
catalogue:desk_item base_code={item}        GET  200 desk
catalogue:figures                           GET  200 desk
catalogue:export                            GET  200 desk
catalogue:blocks                            GET  200 desk
catalogue:block code=enterprise_head        GET  200 desk
catalogue:adopt_block code=enterprise_head  POST 422 editor
catalogue:arrange_block version={version}   POST 404 editor
catalogue:workbook                          GET  200 editor
catalogue:workbook                          POST 422 editor
catalogue:workbook_check                    GET  200 editor
catalogue:workbook_check                    POST 409 editor
catalogue:begin_version base_code={item}    POST 302 editor
catalogue:claim implementation={place}      GET  200 editor
catalogue:claim implementation={place}      POST 302 editor
catalogue:version version={version}         GET  200 desk
catalogue:version_preview version={version} GET  200 desk
catalogue:answer_finding version={version}  POST 422 editor
catalogue:version_parts version={version}   GET  200 editor
catalogue:edit_part version={version}       GET  200 editor
catalogue:edit_part version={version}       POST 422 editor
catalogue:arrange_part version={version}    POST 404 editor
catalogue:decide_version version={version} deed=submission POST 302 editor
townships:towns                             GET  200 public
townships:town code=511802101               GET  200 public
townships:register                          GET  200 desk
townships:choose                            GET  200 desk
townships:grant base_code={devolved}        GET  200 editor
townships:grant base_code={devolved}        POST 422 editor
townships:devolution devolution={devolution} GET 200 desk
townships:renew devolution={devolution}     GET  200 editor
townships:renew devolution={devolution}     POST 422 editor
townships:recall devolution={devolution}    GET  200 editor
townships:recall devolution={devolution}    POST 302 editor
townships:deed deed={deed}                  GET  200 desk
townships:deed deed={deed}                  POST 302 confirmer
townships:agreement deed={deed}             GET  200 desk
bilingual:home                              GET  200 desk
bilingual:staffing                          GET  200 desk
bilingual:signs                             GET  200 desk
bilingual:sign key=guidance language=bo     GET  200 desk
bilingual:lines language=bo part=guides     GET  200 desk
bilingual:message message={message} language=bo GET 200 desk
bilingual:message message={message} language=bo POST 302 translator
bilingual:decide translation={translation} deed=withdraw POST 302 translator
record:home                                 GET  200 public
record:checkpoint                           GET  200 public
record:verify                               GET  200 public
record:verify                               POST 422 public
cases:track                                 GET  200 public
cases:track                                 POST 422 public
cases:verify                                GET  200 public
cases:verify                                POST 422 public
cases:verify_code code={letter_code}        GET  200 public
cases:verify_code code={letter_code}        POST 422 public
account_login                               GET  200 signing
account_login                               POST 200 signing
account_logout                              GET  200 leaving
account_logout                              POST 302 everybody
account_inactive                            GET  200 public
account_signup                              GET  200 anonymous
account_signup                              POST 200 anonymous
account_reauthenticate                      GET  200 again
account_reauthenticate                      POST 200 again
account_change_password                     GET  200 signed
account_change_password                     POST 200 signed
mfa_index                                   GET  200 signed
people:home                                 GET  200 signed
people:my_data                              GET  200 signed
people:kept                                 GET  302 signed
people:kept                                 POST 302 signed
people:new_company                          GET  200 signed
people:new_company                          POST 200 signed
people:new_agent                            GET  200 signed
people:new_agent                            POST 200 signed
people:phone                                GET  200 person
people:phone                                POST 302 person
people:end_representation representation={representation} POST 302 applicant
people:administration                       GET  302 admins
people:organs                               GET  200 system
people:organ organ={organ}                  GET  200 system
people:organ organ={organ}                  POST 200 system
people:end_post organ={organ} post={post}   POST 302 system
people:languages organ={organ}              GET  200 system
people:languages organ={organ}              POST 200 system
people:end_language organ={organ} skill={skill} POST 302 system
people:accounts                             GET  200 security
people:accounts                             POST 200 security
people:account account={account}            GET  200 security
people:issue_password account={account}     POST 200 security
people:issue_token account={account}        POST 200 security
people:revoke_token account={account} token={token} POST 302 security
people:change_account account={account} deed=closing POST 302 security
people:audit                                GET  200 audit
connectors:messages receiver=tax            POST 401 public
connectors:overview                         GET  200 system
connectors:receiver receiver=nobody         GET  200 system
connectors:message message={undelivered}    GET  200 system
connectors:resending message={undelivered}  POST 302 system
connectors:giving_up message={undelivered}  POST 302 system
cases:start task_code={task_code}           GET  200 signed
cases:start task_code={task_code}           POST 302 party
cases:start_bundle division=511802 code=open_restaurant GET 200 signed
cases:start_bundle division=511802 code=open_restaurant POST 302 party
cases:bundle number={bundle}                GET  200 applicant
cases:bundle_withdraw number={bundle} item={bundle_item} GET 200 applicant
cases:bundle_withdraw number={bundle} item={bundle_item} POST 302 applicant
cases:tasks draft={draft}                   GET  200 applicant
cases:town draft={draft}                    GET  200 applicant
cases:town draft={draft}                    POST 302 applicant
cases:situation draft={draft}               GET  200 applicant
cases:situation draft={draft}               POST 302 applicant
cases:section draft={draft} section={section} GET 200 applicant
cases:section draft={draft} section={section} POST 422 applicant
cases:section draft={green_draft} section=green_details GET 200 applicant
cases:section draft={green_draft} section=green_details POST 422 applicant
cases:material draft={draft} code={material} GET 200 applicant
cases:material draft={draft} code={material} POST 302 applicant
cases:remove draft={draft} upload={draft_upload} POST 302 applicant
cases:check draft={draft}                   GET  200 applicant
cases:check draft={draft}                   POST 302 applicant
cases:discard draft={draft}                 GET  200 applicant
cases:discard draft={draft}                 POST 302 applicant
cases:mine                                  GET  200 signed
cases:cosign draft={to_sign}                GET  200 cosigner
cases:cosign draft={to_sign}                POST 302 cosigner
cases:tracker case_no={received}            GET  200 applicant
cases:receipt case_no={received}            GET  200 applicant
cases:signature case_no={received}          GET  200 applicant
cases:correct case_no={supplied}            GET  200 applicant
cases:correct case_no={supplied}            POST 302 applicant
cases:correct_material case_no={supplied} code={material} GET 200 applicant
cases:correct_material case_no={supplied} code={material} POST 302 applicant
cases:take_back case_no={supplied} upload={supplied_upload} POST 302 takes
cases:promise case_no={promising}           GET  200 applicant
cases:promise case_no={promising}           POST 422 applicant
cases:supplement case_no={pre_reviewed}     GET  200 applicant
cases:supplement case_no={pre_reviewed}     POST 302 applicant
cases:supply case_no={pre_reviewed} code={promised_material} GET 200 applicant
cases:supply case_no={pre_reviewed} code={promised_material} POST 302 applicant
cases:withdraw case_no={received}           GET  200 applicant
cases:withdraw case_no={received}           POST 302 takes
cases:proof case_no={received} position={first} GET 409 applicant
cases:letter case_no={granted} letter={letter} GET 200 reads
cases:application_form draft={draft}        GET  200 applicant
cases:my_application_form case_no={received} GET 200 applicant
cases:desk_application_form case_no={received} GET 200 organ
licences:wallet                             GET  200 signed
licences:licence licence={licence}          GET  200 applicant
licences:present licence={licence}          GET  200 applicant
licences:document licence={licence}         GET  200 applicant
licences:signature licence={licence}        GET  200 applicant
licences:pdf licence={licence}              GET  302 applicant
licences:make_copy licence={licence}        GET  200 applicant
licences:make_copy licence={licence}        POST 302 applicant
licences:copy_pdf licence={licence} copy={copy} GET 200 applicant
licences:verify                             GET  200 public
licences:status number=0                    GET  200 public
licences:key                                GET  200 public
licences:copy code={copy_code}              GET  200 public
licences:desk                               GET  200 desk
licences:desk_licence licence={licence}     GET  200 organ
licences:desk_licence licence={licence}     POST 302 approver
licences:desk_decision licence={contested} proceeding={proceeding} POST 302 head
cases:inbox                                 GET  200 desk
cases:desk                                  GET  200 desk
cases:by_organ                              GET  200 desk
cases:desk_promises                         GET  200 desk
simulated:mine                              GET  200 signed
simulated:begin draft={simulable}           POST 302 applicant
simulated:one number={simulation}           GET  200 applicant
simulated:one number={simulation}           POST 422 applicant
simulated:renew number={simulation}         POST 302 applicant
simulated:bring number={simulation}         GET  200 applicant
simulated:bring number={simulation}         POST 302 applicant
simulated:desk                              GET  200 desk
simulated:desk_one number={simulation}      GET  200 pilot_board
simulated:give number={simulation} aspect=site GET 200 pilot_exam
simulated:give number={simulation} aspect=site POST 302 pilot_exam
simulated:confirm number={simulation} step=examine POST 302 pilot_exam
simulated:opinion number={simulation} opinion={opinion} GET 200 pilot_board
simulated:precondition number={simulation}  GET  422 pilot_board
cases:desk_next                             POST 302 desk
cases:calendar                              GET  200 desk
cases:calendar_entry                        GET  200 editor
cases:calendar_entry                        POST 302 editor
cases:desk_case case_no={received}          GET  200 organ
cases:desk_preview case_no={received}       GET  200 organ
cases:desk_file case_no={received} upload={case_upload} GET 200 organ
cases:desk_reveal case_no={received}        POST 200 organ
cases:desk_note case_no={received}          POST 302 organ_deed
cases:desk_check case_no={received}         GET  200 clerk
cases:desk_check case_no={received}         POST 302 clerk
construction:projects                       GET  200 signed
construction:themes                         GET  200 public
construction:register theme=private_industrial GET 302 signed
construction:map theme=government_building  GET  200 public
construction:bpmn theme=government_building GET  200 public
construction:project code={project}         GET  200 applicant
construction:stage code={project} stage=land GET 200 applicant
construction:stage code={project} stage=planning POST 409 applicant
construction:participant code={project} role=builder GET 200 applicant
construction:participant code={project} role=builder POST 302 applicant
construction:works code={project}           GET  200 applicant
construction:works code={project}           POST 422 applicant
construction:desk_projects                  GET  200 desk
construction:desk_branches                  GET  200 desk
construction:desk_project code={project}    GET  200 board
construction:close code={project} stage=land POST 302 closing
enterprise:mine                             GET  200 signed
enterprise:service project={service}        GET  200 applicant
enterprise:closing project={service}        GET  200 applicant
enterprise:closing project={service}        POST 302 applicant
enterprise:mandate mandate={mandate}        GET  200 applicant
enterprise:mandate mandate={mandate}        POST 422 applicant
enterprise:withdraw mandate={signed_mandate} POST 302 applicant
enterprise:home                             GET  200 desk
enterprise:enter                            GET  200 editor
enterprise:enter                            POST 422 editor
enterprise:board                            GET  200 overseer
enterprise:board_projects                   GET  200 overseer
enterprise:project project={service}        GET  200 service
enterprise:assign project={service}         POST 302 centre
enterprise:draw project={service}           GET  200 centre
enterprise:draw project={service}           POST 422 centre
enterprise:give_up project={mandated}       POST 302 elsewhere
enterprise:phone project={service}          POST 200 centre
enterprise:log project={service}            GET  200 centre
enterprise:log project={service}            POST 422 centre
enterprise:evidence project={service} entry={entry} GET 200 service
enterprise:raise project={service}          GET  200 centre
enterprise:raise project={service}          POST 422 centre
enterprise:blocker blocker={blocker}        GET  200 service
enterprise:blocker blocker={blocker}        POST 302 centre
enterprise:convene blocker={blocker}        GET  200 centre
enterprise:convene blocker={blocker}        POST 422 centre
enterprise:conclude blocker={consulted}     GET  200 centre
enterprise:conclude blocker={consulted}     POST 422 centre
enterprise:finish task={task}               POST 302 editor
cases:desk_verdict case_no={received}       GET  200 clerk
cases:desk_verdict case_no={received}       POST 302 clerk
cases:desk_step case_no={accepted} step={step} GET 200 examiner
cases:desk_step case_no={accepted} step={step} POST 302 examiner
cases:desk_command case_no={received} resource=claim POST 302 worker
cases:desk_command case_no={claimed} resource=release POST 302 holder
cases:desk_command case_no={promised} resource=pre-acceptance GET 200 pilot_clerk
cases:desk_command case_no={promised} resource=pre-acceptance POST 302 pilot_clerk
cases:desk_command case_no={received} resource=acceptance GET 200 clerk
cases:desk_command case_no={received} resource=acceptance POST 302 clerk
cases:desk_command case_no={received} resource=non-acceptance GET 200 clerk
cases:desk_command case_no={received} resource=non-acceptance POST 302 clerk
cases:desk_command case_no={received} resource=transfer GET 200 clerk
cases:desk_command case_no={received} resource=transfer POST 302 clerk
cases:desk_command case_no={accepted} resource=special-procedure GET 200 examiner
cases:desk_command case_no={accepted} resource=special-procedure POST 302 examiner
cases:desk_command case_no={suspended} resource=special-procedure/end GET 200 examiner
cases:desk_command case_no={suspended} resource=special-procedure/end POST 302 examiner
cases:desk_command case_no={accepted} resource=extension GET 200 head
cases:desk_command case_no={accepted} resource=extension POST 302 head
cases:desk_command case_no={examined} resource=grant GET 200 approver
cases:desk_command case_no={examined} resource=grant POST 302 approver
cases:desk_command case_no={examined} resource=refusal GET 200 approver
cases:desk_command case_no={examined} resource=refusal POST 302 approver
cases:desk_command case_no={granted} resource=delivery GET 200 deliverer
cases:desk_command case_no={granted} resource=delivery POST 302 deliverer
cases:desk_command case_no={accepted} resource=explanation GET 200 explainer
cases:desk_command case_no={accepted} resource=explanation POST 422 explainer
"""

# Verdicts of operations: the status; ok is the status of the operation's row. All tokens carry all scopes but
# narrow (the clerk's or the owner's, with items:read only) and expired; cookie: the clerk's browser session.
API_RULES = """
rule        none owner other agent clerk foreign exam appr head deliv edit super narrow expired cookie
public      ok   .     .     .     .     .       .    .    .    .     .    .     .      .       .
signed      401  ok    .     .     .     .       .    .    .    .     .    .     403    401     .
party       401  ok    403   .     .     .       .    .    .    .     .    .     .      401     .
draft       401  ok    404   .     .     .       .    .    .    .     .    .     403    401     .
cosigner    401  404   ok    404   .     .       .    .    .    .     .    .     403    401     .
reads       401  ok    404   .     ok    404     ok   .    .    .     404  ok    403    401     .
applicant   401  ok    404   .     403   404     403  .    .    .     404  403   .      401     .
supply      401  ok    404   .     403   404     403  .    .    .     404  403   .      401     .
clerk       401  403   404   .     ok    404     403  .    .    .     404  403   .      401     .
pilot_reads 401  ok    404   .     .     ok      404  .    .    .     .    ok    403    401     .
pilot_party 401  ok    404   .     .     403     404  .    .    .     .    403   .      401     .
pilot_clerk 401  404   403   404   .     ok      404  .    .    .     .    403   .      401     .
worker      401  403   404   .     ok    404     ok   .    403  ok    404  403   .      401     .
holder      401  403   404   .     ok    404     409  .    ok   409   404  403   .      401     .
examiner    401  403   404   .     403   404     ok   403  .    .     404  403   .      401     .
approver    401  403   404   .     403   404     403  ok   403  .     404  403   .      401     .
head        401  403   404   .     403   404     403  .    ok   403   404  403   .      401     .
deliverer   401  403   404   .     403   404     403  .    .    ok    404  403   .      401     .
service     401  ok    404   .     .     .       .    .    .    .     ok   .     403    401     .
explainer   401  403   404   .     403   404     403  ok   .    403   404  403   .      401     .
"""

OPERATIONS = """
GET  /api/items                                             200 public
GET  /api/items/{base_code=item}                            200 public
GET  /api/items/{base_code=item}/competence/{place=county}  200 public
POST /api/drafts                                            201 party
GET  /api/drafts/{draft}                                    200 draft
PUT  /api/drafts/{draft}/form                               200 draft
POST /api/drafts/{draft}/materials/{code=material}          201 draft
POST /api/drafts/{draft=green_draft}/fields/{code=green_photos}/files 201 draft
DELETE /api/drafts/{draft}/files/{upload=draft_upload}      200 draft
GET  /api/bundles                                           200 public
GET  /api/bundles/{code=bundle_code}                        200 public
POST /api/bundle-drafts                                     201 party
PUT  /api/drafts/{draft=bundle_draft}/situation             200 draft
POST /api/drafts/{draft=bundle_draft}/bundle-submission     201 draft
POST /api/drafts/{draft=bundle_draft}/signed-bundle-submission 422 draft
GET  /api/bundle-cases/{number=bundle}                      200 draft
GET  /api/cosignatures                                      200 signed
POST /api/drafts/{draft=to_sign}/cosignature                422 cosigner
POST /api/drafts/{draft}/submission                         201 draft
POST /api/drafts/{draft}/signed-submission                  422 draft
GET  /api/cases                                             200 signed
GET  /api/enterprise-projects                               200 signed
GET  /api/enterprise-projects/{project=service}             200 service
GET  /api/cases/{case_no=received}                          200 reads
GET  /api/cases/{case_no=received}/timeline                 200 reads
GET  /api/cases/{case_no=received}/materials                200 reads
GET  /api/cases/{case_no=granted}/letters                   200 reads
GET  /api/cases/{case_no=granted}/letters/{letter}.pdf      200 reads
GET  /api/cases/{case_no=received}/proofs/{position=first}  409 reads
POST /api/cases/{case_no=received}/claim                    200 worker
POST /api/cases/{case_no=claimed}/release                   200 holder
POST /api/cases/{case_no=received}/correction-notice        200 clerk
POST /api/cases/{case_no=supplied}/materials/{code=material} 201 supply
POST /api/cases/{case_no=supplied}/correction               200 applicant
GET  /api/cases/{case_no=promising}/promise                 200 pilot_reads
POST /api/cases/{case_no=promising}/promise                 422 pilot_party
POST /api/cases/{case_no=promised}/pre-acceptance           200 pilot_clerk
POST /api/cases/{case_no=pre_reviewed}/supplement           200 pilot_party
POST /api/cases/{case_no=received}/acceptance               200 clerk
POST /api/cases/{case_no=received}/non-acceptance           200 clerk
POST /api/cases/{case_no=accepted}/steps/{step}             200 examiner
POST /api/cases/{case_no=accepted}/special-procedure        200 examiner
POST /api/cases/{case_no=suspended}/special-procedure/end   200 examiner
POST /api/cases/{case_no=accepted}/extension                200 head
POST /api/cases/{case_no=examined}/grant                    200 approver
POST /api/cases/{case_no=examined}/refusal                  200 approver
POST /api/cases/{case_no=granted}/delivery                  200 deliverer
POST /api/cases/{case_no=received}/withdrawal               200 applicant
POST /api/cases/{case_no=received}/transfer                 200 clerk
POST /api/cases/{case_no=accepted}/explanation              422 explainer
"""

# What is sent, by the end of the address; without it the body is empty.
BODIES = {
    "cases:verify": {},
    "cases:town": {"place": "511802101"},
    "townships:deed": {"outcome": "confirmed"},
    "construction:participant": {
        "name": "演示建筑公司", "uscc": "91511800MA62000186", "qualification": "总承包二级", "leader": "张三",
    },
    "townships:recall": {"towns": ["511802101"], "last_day": "{last_day}", "reason": "承接能力不足"},
    "GET catalogue:export": {"item": "{item}"},  # one item: who may does not hang on how many
    "people:phone": {"phone": "13900001009"},
    "cases:start": {"party": "{party}"},
    "cases:start_bundle": {"party": "{party}", "place": "511802101"},
    "cases:situation": {
        f"q_{code}": value
        for code, value in city.first_answers(
            next(guide for guide in shipped.guides() if guide.base_code == city.ITEM)
        ).items()
    },
    "cases:material": {"file": city.png},
    "cases:correct_material": {"file": city.png},
    "cases:supply": {"file": city.png},
    "simulated:bring": {"file": city.png},
    "promise": {"name": "王晓梅", "digest": "0" * 64},
    "cases:check": {"declare": "yes", "name": "王晓梅", "secret": DEMO_PASSWORD, "digest": "{draft_digest}"},
    "cases:cosign": {"declare": "yes", "name": "李强", "secret": DEMO_PASSWORD, "digest": "{to_sign_digest}"},
    "cosignature": {"name": "李强", "digest": "0" * 64},  # of another content
    "cases:calendar_entry": {
        "first": "2027-02-06", "last": "2027-02-06", "works": "rest", "document": "国办发明电〔2026〕1号",
        "confirmed": "1",
    },
    "licences:make_copy": {"purpose": "办理银行开户", "recipient": "雅安某银行", "days": "7"},
    "licences:desk_licence": {"ground": "unqualified", "reason": "现场核查发现不符合法定条件"},
    "licences:desk_decision": {"outcome": "confirmed"},
    "enterprise:closing": {"rating": "2"},
    "enterprise:assign": {"steward": "{steward}"},
    "enterprise:blocker": {"how": "红线已经确定"},
    "connectors:giving_up": {"reason": "企业已撤回申请"},
    "cases:desk_note": {"text": "已电话联系"},
    "catalogue:adopt_block": {"item": "{item}"},  # has the newest wording
    "bilingual:message": {"words": translated.BO, "source": translated.SOURCE},
    "bilingual:decide": {"note": "译错了"},
    "catalogue:claim": {"unit": "working_days"},
    "catalogue:answer_standing": {"kind": "mend", "words": "已停止索要"},
    "catalogue:workbook_check": {"digest": "of another workbook"},
    "cases:desk_verdict": {"correct_by": "{correct_by}"},
    "cases:desk_step": {"passed": "yes", "opinion": "符合", "officers": "李敏、周强"},
    "non-acceptance": {"ground": "not_competent", "reason": "不属于本机关职权"},
    "transfer": {"organ": "{elsewhere}", "reason": "住所在名山区"},
    "special-procedure": {"ground": "expert_review", "expected_days": 5, "reason": "需专家评审"},
    "special-procedure/end": {"finding": "通过"},
    "extension": {"working_days": 3, "reason": "需进一步核实"},
    "grant": {"opinion": "同意"},
    "refusal": {"reasons": "布局不合规", "basis": "食品安全法第三十五条"},
    "delivery": {"method": "window", "recipient": "王晓梅"},
    "explanation": {"explanation": "设备故障"},
    "release": {"reason": "转他人"},
    "withdrawal": {"reason": "改日再办"},
    "correction-notice": {"defects": [{"material": "{material}", "defect": "missing"}], "correct_by": "{correct_by}"},
    "steps/{step}": {"passed": True, "opinion": "符合", "officers": ["李敏", "周强"]},
    "/api/drafts": {"task_code": "{task_code}", "party": "{party}"},
    "/api/bundle-drafts": {"bundle": "open_restaurant", "division": "511802", "place": "511802101", "party": "{party}"},
    "situation": {"situation": {"form": "sole"}},
    "signed-bundle-submission": {"name": "王晓梅", "digest": "0" * 64},
    "form": {"answers": {}},
    "materials/{code=material}": {"file": city.png},
    "fields/{code=green_photos}/files": {"file": city.png},
    "signed-submission": {"name": "王晓梅", "digest": "0" * 64},  # of another draft: refused, nothing is spent
}  # fmt: skip


def rules_of(table: str) -> dict[str, dict[str, str]]:
    """{rule: {role: verdict}}; a dot repeats the verdict to its left."""
    head, *lines = [line.split() for line in table.strip().splitlines()]
    found = {}
    for name, *verdicts in lines:
        for position, verdict in enumerate(verdicts):
            verdicts[position] = verdicts[position - 1] if verdict == "." else verdict
        found[name] = dict(zip(head[1:], verdicts, strict=True))
    return found


PAGE_VERDICTS, API_VERDICTS = rules_of(PAGE_RULES), rules_of(API_RULES)
PAGE_ROWS = [line.rsplit(maxsplit=3) for line in PAGES.strip().splitlines()]
API_ROWS = [line.split() for line in OPERATIONS.strip().splitlines()]


# The house the table is about


def named_addresses(resolver, namespace: str = "") -> set[str]:
    """Every view name of the URL resolver."""
    found = set()
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = namespace + (f"{pattern.namespace}:" if pattern.namespace else "")
            found |= named_addresses(pattern, inner)
        else:
            found.add(f"{namespace}{pattern.name or pattern.pattern}")
    return found


# The authenticator's own pages and the API's frame: what each is for, and the test that holds it.
ELSEWHERE = {
    "api:api-root": "404: nothing there",
    "api:openapi-json": "public, tests/test_api_contract.py",
    "api:openapi-view": "public, tests/test_api_contract.py",
    **dict.fromkeys(
        [
            "mfa_authenticate",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
        ],
        "own account only, no argument names another's; tests/people/test_sign_in.py",
    ),
}


def test_every_address_of_the_house_has_its_row():
    """A new page without an expectation stops here."""
    rows = {row[0].split()[0] for row in PAGE_ROWS}
    operations = {name for name in named_addresses(get_resolver()) if name.startswith("api:")}
    assert named_addresses(get_resolver()) - set(ELSEWHERE) - operations == rows


def test_every_operation_of_the_api_has_its_row():
    """A new operation without an expectation stops here."""
    schema = api.get_openapi_schema()
    document = {(method.upper(), path) for path, methods in schema["paths"].items() for method in methods}
    assert document == {(method, _plain(path)) for method, path, *_ in API_ROWS}


def test_every_command_with_a_page_has_its_row():
    paged = {RESOURCES[command] for command in forms.FORMS if command is not commands.CompleteStep}
    rows = {row[0].split("resource=")[1] for row in PAGE_ROWS if "resource=" in row[0]}
    assert rows == paged


def _plain(path: str) -> str:
    """/a/{b=c} as the document writes it: /a/{b}."""
    return "/".join(
        part.split("=")[0] + "}" if part.startswith("{") and "=" in part else part for part in path.split("/")
    )


# The world the table is tried in: one case of each stage, and everybody signed in


class World(dict):
    """The things the table names, the signed-in clients and the tokens."""

    clients: dict[str, Client]
    tokens: dict[str, str]
    narrow: dict[str, str]
    kept: str  # everything as it was built; each request is undone


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Built once, for good; the next module finds the city as seeded.

    An open transaction would keep every record on this server from being sealed meanwhile.
    """
    folder = tmp_path_factory.mktemp("matrix")
    storages = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=folder, STORAGES=storages, PASSWORD_HASHERS=hashers),
    ):
        try:
            with transaction.atomic():
                made = build(timezone.now())
            yield made
        finally:
            TransactionTestCase._fixture_teardown(None)  # a fresh clone; see tests/conftest.py


@pytest.fixture(autouse=True)
def _uploads_of_the_world(settings, _own_uploads, request):
    if "world" in request.fixturenames:
        settings.MEDIA_ROOT = request.getfixturevalue("world")["folder"]


def build(now) -> World:
    """A case of each stage, a draft, an ended agency, and everybody's session and tokens."""
    from django.conf import settings

    made = World(folder=settings.MEDIA_ROOT)
    made |= cases(now) | licences(now) | draft_of_the_owner(now) | offices(now) | catalogue_things(now)
    made |= findings(made["received"], now)
    made |= devolved_things(now)
    made |= to_sign(now)
    made |= promises(now)
    made |= simulations(now)
    made |= bundle(now)
    made |= projects(now)
    made |= enterprise(made["project"], now)
    made |= translations(now)
    made["representation"] = representations(now)
    made["undelivered"] = undelivered(now)
    made.clients = {role: client(role) for role in ["anon", *ACCOUNTS]}
    holders = {role: name for role, name in ACCOUNTS.items() if role in API_VERDICTS["public"]}
    everything = [scope.value for scope in Scope]
    made.tokens = {role: issue(name, everything, now)[1] for role, name in holders.items()}
    made.tokens["expired"] = issue("yucheng_clerk", everything, now - timedelta(days=2))[1]
    made.narrow = {role: issue(name, [Scope.ITEMS_READ.value], now)[1] for role, name in holders.items()}
    made.kept = everything_kept()
    return made


def cases(now) -> dict:
    found = {
        "received": city.received(now),
        "claimed": city.received(now),
        "supplied": city.noticed(now),
        "accepted": city.accepted(now),
        "suspended": city.accepted(now),
        "examined": city.examined(now),
        "granted": city.granted(now),
    }
    city.do(found["claimed"], commands.Claim(), "yucheng_clerk", now)
    special = commands.StartSpecial(ground=clock.Ground.EXPERT_REVIEW, expected_days=5, reason="需专家评审")
    city.do(found["suspended"], special, "yucheng_examiner", now)
    owner, clerk = city.caller("wang_xiaomei", now), city.caller("yucheng_clerk", now)
    given = correction.supply(
        case_no=found["supplied"], material=city.MISSING, file=city.png(), caller=owner, at=now
    )
    checks.save(case_no=found["received"], marks={}, remarks={}, caller=clerk, at=now)
    letter = letters.issue(case_no=found["granted"], position=2, at=now)[0]
    return found | {
        "supplied_upload": given.pk,
        "case_upload": Upload.objects.filter(case=found["received"]).order_by("id")[0].pk,
        "letter": letter.pk,
        "letter_code": letter.code,
        "material": city.MISSING,
        "step": Case.objects.get(pk=found["accepted"]).state["terms"]["steps"][0]["code"],
        "first": 1,
        "correct_by": (timezone.localdate(now) + timedelta(days=30)).isoformat(),
    }


def licences(now) -> dict:
    """A licence with a copy, and one with a proceeding open."""
    licence, contested = city_licences.granted(now), city_licences.granted(now)
    owner = city.caller("wang_xiaomei", now)
    copy = licence_actions.make_copy(
        licence=licence.pk, purpose="办理贷款", recipient="雅安某银行", days=7, caller=owner, at=now
    )
    return {
        "licence": licence.pk,
        "licence_code": licence.code,
        "licence_token": licence.token,
        "copy": copy.pk,
        "copy_code": copy.code,
        "contested": contested.pk,
        "proceeding": city_licences.opened(contested, at=now).pk,
    }


def draft_of_the_owner(now) -> dict:
    """A draft ready to be signed by its owner."""
    draft = city.filled(now)
    _quick_password("wang_xiaomei")
    return {
        "draft_digest": applications.application(
            drafts.find(draft.pk, city.caller("wang_xiaomei", now))
        ).digest,
        "draft": draft.pk,
        "green_draft": attached.begun(now).pk,
        "green_photos": attached.FIELD,
        "draft_upload": Upload.objects.filter(draft=draft).order_by("id")[0].pk,
        "section": Draft.objects.get(pk=draft.pk).complete[0],
        "task_code": draft.implementation.task_code,
        "bilingual_task": city.started(at=now, county="511827").implementation.task_code,
        "party": draft.party_id,
    }


def offices(now) -> dict:
    """What the three administrators work on: an organ, a post, an account, one of its tokens."""
    post = Post.objects.filter(account__username="yucheng_examiner2")[0]
    elsewhere = Post.objects.filter(account__username="mingshan_clerk")[0]
    row, _ = issue("li_qiang", [Scope.ITEMS_READ.value], now)
    return {
        "organ": post.organ_id,
        "post": post.pk,
        "elsewhere": elsewhere.organ_id,
        "account": row.account_id,
        "token": row.pk,
    }


def catalogue_things(now) -> dict:
    """An item, a version of another on its way, where an item runs, and a workbook handed in."""
    editor = city.caller("editor", now)
    row = next(row for row in catalogue.items() if row.guide.base_code != city.ITEM)
    changed = msgspec.structs.replace(row.guide, synonyms=[*row.guide.synonyms, "试办"])
    catalogue_actions.keep(content=workbook.write([changed]), name="市场监管.xlsx", caller=editor, at=now)
    place = catalogue.implementations(catalogue.item(city.ITEM).pk, now)[0]
    return {
        "item": city.ITEM,
        "scene": next(iter(catalogue.scenes())).key,
        "version": catalogue_actions.begin(guide=changed, caller=editor, at=now).pk,
        "place": place.pk,
    }


def findings(case_no: str, now) -> dict:
    """A finding about practice of the county's organ, one the department has answered, one that is settled."""
    keys = [city.finding(case_no, name, now).key for name in ("无违规经营证明", "油烟检测报告", "推荐信")]
    head, reviewer = city.caller("yucheng_head", now), city.caller("service_reviewer", now)
    for key in keys[1:]:
        catalogue_actions.answer_standing(
            key=key, kind="explain", words="有依据", basis="《食品安全法》第三十五条", caller=head, at=now
        )
    catalogue_actions.accept_answer(key=keys[2], note="", caller=reviewer, at=now)
    return {"finding": keys[0], "answered": keys[1]}


def to_sign(now) -> dict:
    """A company that the owner registers with another applicant as a shareholder, who is to sign too."""
    draft = cosigned.ready(at=now)
    _quick_password("li_qiang")
    return {"to_sign": draft.pk, "to_sign_digest": cosigned.digest_of(draft)}


def _quick_password(username: str) -> None:
    """The demo's password, hashed as quickly as the world's others."""
    account = people.account_by_username(username)
    account.set_password(DEMO_PASSWORD)
    account.save(update_fields=["password"])


def bundle(now) -> dict:
    """A bundle of the owner in person, one of whose members has not been received."""
    made = test_bundles.received(at=now, form="sole", sign="yes", sewage="no", fire="no")
    return {
        "bundle": made.pk,
        "bundle_item": test_bundles.SIGN,
        "bundle_code": "open_restaurant?division=511802",
        "bundle_draft": test_bundles.ready(at=now, form="sole").pk,
    }


def simulations(now) -> dict:
    """A draft that may be simulated, and one that is, with an opinion on everything."""
    row = sample.given(now)
    return {
        "simulable": sample.filled(now).pk,
        "simulation": row.pk,
        "opinion": row.opinions.order_by("id")[0].pk,
    }


def promises(now) -> dict:
    """In the pilot district: what may be promised, a promise of another applicant, one whose file has been given."""
    return {
        "promising": tolerant.received(now),
        "promised": tolerant.promised(now, "li_qiang"),
        "pre_reviewed": tolerant.supplied(now),
        "promised_material": tolerant.LEASE,
    }


def projects(now) -> dict:
    """A project of the owner whose first stage has been applied for."""
    made = at_work.registered(at=now, county="511802")
    at_work.received(made.pk, "land", at=now)
    return {"project": made.pk}


def enterprise(project: str, now) -> dict:
    """A service project whose steward is the city's editor too, and one whose steward holds a mandate."""
    return served.world(project, "editor", now)


def devolved_things(now) -> dict:
    """A power the district has devolved, and a proposal about another that waits."""
    devolved = "000131003000"  # 个体工商户设立登记
    standing = catalogue.register(county="511802", on=timezone.localdate(now), items=[devolved])[0]
    return {
        "devolved": devolved,
        "county": "511802",
        "devolution": standing.pk,
        "deed": test_deeds.proposed(by="yucheng_editor", at=now).pk,
        "last_day": timezone.localdate(now).isoformat(),
    }


def translations(now) -> dict:
    """A wording with a draft, a sign whose line is approved, and an officer's language."""
    said = translated.message("查进度")
    translated.approved(translated.message("咨询引导", "signs"), at=now)
    skill = LanguageSkill.objects.filter(account__username="ii_translator")[0]
    return {
        "message": said.pk,
        "approved_message": translated.message("咨询引导", "signs").pk,
        "translation": translated.drafted(said, at=now).pk,
        "skill": skill.pk,
    }


def representations(now) -> int:
    """zhao_ying acted for the company and no longer does; the id of the owner's own representation."""
    owner, party = city.caller("wang_xiaomei", now), demo.company()
    until = timezone.localdate(now) + timedelta(days=30)
    past = people_actions.add_agent(
        party=party, username="zhao_ying", name="赵颖", valid_to=until, caller=owner, at=now
    )
    people_actions.end_representation(representation=past.pk, caller=owner, at=now)
    return Representation.objects.get(party=party, account__username="wang_xiaomei").pk


def undelivered(now):
    """A message that an organ outside refused: it is on the list of failures."""
    sent = connector_actions.send(
        receiver="nobody", kind="tax.registration", subject="B1", body={}, by="system:test", at=now
    )
    held = next(held for held in connector_actions.claim(at=now) if held.id == sent)
    problem = delivery.Problem("invalid", "登记信息不全", "", (("uscc", "校验不通过"),))
    connector_actions.note(message=held, answer=delivery.Answer(status=422, problem=problem), at=now)
    return sent


def issue(username: str, scopes: list[str], at):
    """A token of an account, good for a day from `at`: (row, plain)."""
    return people_actions.issue_token(
        account=people.account_by_username(username).pk,
        scopes=scopes,
        label="matrix",
        expires_at=at + timedelta(days=1),
        caller=city.caller("security_admin", at),
        at=at,
    )


def client(role: str) -> Client:
    made = Client()
    if role in ACCOUNTS:
        sign_in(made, ACCOUNTS[role], second_factor=role != "no2fa")
    return made


# Asking


def sent(key: str, world: World) -> dict:
    """The body of an address, its {names} filled in, files made new."""

    def filled(value):
        if callable(value):
            return value()
        if isinstance(value, str):
            return value.format(**world)
        if isinstance(value, list):
            return [filled(part) for part in value]
        return {name: filled(part) for name, part in value.items()} if isinstance(value, dict) else value

    return filled(BODIES.get(key, {}))


def everything_kept() -> str:
    """Hashes of all that a command could change, row by row; sign-ins, sessions and noted refusals are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT)
        return cursor.fetchone()[0]


_CHANGING = [
    "record_event",
    "cases_case",
    "cases_draft",
    "cases_upload",
    "cases_answered",
    "cases_cosignature",
    "cases_letter",
    "cases_check",
    "cases_note",
    "cases_bundle",
    "cases_member",
    "connectors_message",
    "connectors_received",
    "licences_licence",
    "licences_use",
    "licences_copy",
    "licences_proceeding",
    "people_party",
    "people_post",
    "people_representation",
    "people_apitoken",
    "people_plainview",
    "people_account",
    "people_languageskill",
    "bilingual_translation",
    "bilingual_edition",
    "catalogue_calendarday",
    "catalogue_standingfinding",
    "townships_deed",
    "construction_project",
    "construction_participant",
    "construction_application",
    "simulated_simulation",
    "simulated_opinion",
    "construction_closing",
    "enterprise_serviceproject",
    "enterprise_mandate",
    "enterprise_logentry",
    "enterprise_blocker",
    "enterprise_consultation",
    "enterprise_task",
]
_KEPT = "select concat_ws('|', {})".format(
    ", ".join(f"(select sum(hash_record_extended(t, 0)) from {name} t)" for name in _CHANGING)
)


def tried(world: World, browser: Client, ask, ok: int, shown) -> str:
    """The verdict of one request, undone afterwards; what is refused must have changed nothing."""
    cache.clear()  # rate limits count per address, and here everybody has one
    cookies = copy(browser.cookies)
    with transaction.atomic():
        response = ask()
        verdict = shown(response, ok)
        unchanged = verdict == "ok" or everything_kept() == world.kept
        transaction.set_rollback(True)
    browser.cookies = cookies
    assert unchanged, f"refused ({verdict}) and yet something changed"
    return verdict


def differing(found: dict[str, str], expected: dict[str, str]) -> dict[str, str]:
    """{role: "found, not expected"} where the two disagree."""
    return {
        role: f"{found[role]}, not {expected[role]}" for role in expected if found[role] != expected[role]
    }


def ask_page(browser: Client, method: str, url: str, body: dict | None):
    return browser.get(url, body) if method == "GET" else browser.post(url, body)


def page_verdict(response, ok: int) -> str:
    where = response.get("Location", "")
    if where.startswith("/accounts/login/?next="):
        return "login"
    if where == "/accounts/2fa/reauthenticate/":
        return "2fa"
    if response.status_code == 302 and where in {"/", "/me/", "/desk/", "/desk/admin/", "/accounts/login/"}:
        return "home" if ok != 302 else "ok"
    return "ok" if response.status_code == ok else str(response.status_code)


def api_verdict(response, ok: int) -> str:
    return "ok" if response.status_code == ok else str(response.status_code)


@pytest.mark.parametrize(("address", "method", "ok", "rule"), PAGE_ROWS, ids=lambda part: str(part))
def test_a_page_opens_for_whom_the_table_says(world, address, method, ok, rule):
    name, *arguments = address.format(**world).split()
    kwargs = dict(argument.split("=", 1) for argument in arguments)
    url = reverse(name, kwargs=kwargs)
    key = kwargs.get("resource", name)
    verdicts = {}
    for role, browser in world.clients.items():
        body = sent(key if method == "POST" else f"GET {key}", world)
        verdicts[role] = tried(
            world, browser, partial(ask_page, browser, method, url, body), int(ok), page_verdict
        )
    found = differing(verdicts, PAGE_VERDICTS[rule])
    assert not found, found


def ask_api(browser: Client, token: str | None, method: str, url: str, body: dict):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if "file" in body:
        return browser.post(url, body, headers=headers)
    return browser.generic(method, url, json.dumps(body), content_type="application/json", headers=headers)


@pytest.mark.parametrize(("method", "path", "ok", "rule"), API_ROWS, ids=lambda part: str(part))
def test_an_operation_answers_whom_the_table_says(world, method, path, ok, rule):
    url = "/".join(_part(part, world) for part in path.split("/"))
    let_in = next(
        role for role, verdict in API_VERDICTS[rule].items() if verdict == "ok" and role in ACCOUNTS
    )
    tokens = {**world.tokens, "narrow": world.narrow[let_in]}  # of somebody whom only the scope keeps out
    verdicts = {}
    for role in API_VERDICTS[rule]:
        browser = world.clients["clerk" if role == "cookie" else "anon"]
        body = sent(_key(path), world)
        ask = partial(ask_api, browser, tokens.get(role), method, url, body)
        verdicts[role] = tried(world, browser, ask, int(ok), api_verdict)
    found = differing(verdicts, API_VERDICTS[rule])
    assert not found, found


def _part(part: str, world: World) -> str:
    """{name} or {name=thing} of a path as the thing in the world; {letter}.pdf keeps its ending."""
    if not part.startswith("{"):
        return part
    inner, _, ending = part[1:].partition("}")
    return f"{world[inner.split('=')[-1]]}{ending}"


def _key(path: str) -> str:
    """The name of an operation's body: its path behind the case or the draft."""
    parts = path.split("/")
    return path if len(parts) < 5 else "/".join(parts[4:])
