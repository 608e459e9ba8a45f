"""Fields that tell nothing about a person. Tables of libraries that stay empty here are among them, and jobs, whose
arguments are numbers of rows."""

IMPERSONAL: dict[str, str] = {
    "people.Enforcement": "rule at last_rows all_rows",
    "people.ConsentTally": "purpose version at",
    "contenttypes.ContentType": "app_label model",
    "auth.Permission": "name codename",
    "auth.Group": "name",
    "procrastinate.ProcrastinateWorker": "last_heartbeat",
    "procrastinate.ProcrastinateJob": (
        "queue_name task_name priority lock args status scheduled_at attempts queueing_lock"
    ),
    "procrastinate.ProcrastinateEvent": "type at",
    "procrastinate.ProcrastinatePeriodicDefer": "task_name defer_timestamp periodic_id",
    "account.EmailAddress": "user email",
    "account.EmailConfirmation": "created sent key",
    "allauth_idp_oidc.Client": (
        "id name secret scopes default_scopes type grant_types redirect_uris cors_origins response_types "
        "owner created_at data"
    ),
    "allauth_idp_oidc.Token": "type hash user data created_at expires_at scopes",
    "people.Agreement": "services from_on until_on offered_at accepted_at ended_at reason",
    "people.CardSystem": "kind name settings secret_sealed electronic created_at failed_at failure",
    "people.Separation": "kind one other",
    "people.CardDocument": "seq made_at digest text",
    "people.CardKey": "key_id public private_sealed signs_from shown_until",
    "people.App": "client_id sector secret_hash stopped_at created_at",
    "people.AppScopes": "scopes decided_at",
    "people.AppWithheld": "scope login_count first_at last_at",
    "people.SigningKey": "kid sealed public signs_from signs_until shown_until",
    "people.Upstream": (
        "slug name issuer client_id secret_sealed levels level_otherwise metadata learned_at keys keys_at created_at"
    ),
}
