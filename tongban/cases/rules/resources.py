"""How commands are named in addresses: the API's resources and the workbench's pages share them."""

from tongban.engine.lifecycle import commands as c

RESOURCES: dict[type[c.Command], str] = {
    c.Claim: "claim",
    c.Release: "release",
    c.Notify: "correction-notice",
    c.Correct: "correction",
    c.Promise: "promise",
    c.PreAccept: "pre-acceptance",
    c.Supplement: "supplement",
    c.Accept: "acceptance",
    c.RefuseAcceptance: "non-acceptance",
    c.CompleteStep: "steps",
    c.StartSpecial: "special-procedure",
    c.EndSpecial: "special-procedure/end",
    c.Extend: "extension",
    c.Grant: "grant",
    c.Refuse: "refusal",
    c.Deliver: "delivery",
    c.Withdraw: "withdrawal",
    c.Transfer: "transfer",
    c.ExplainOverdue: "explanation",
}
