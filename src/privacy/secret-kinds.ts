/**
 * The secrets that are known by their own form, as data: what each begins with, and what follows. After the public forms
 * in gitleaks' default configuration, secretlint's recommended preset 13.0.7 and BrainLayer 1.5.78 as of November 2026;
 * the names are BrainLayer's where it has one.
 *
 * Unlike there, no length is exact: a key that a model or a limit has cut is a secret as well, and so is one that stands
 * inside of a word. Every pattern takes time in proportion to the text: it begins with fixed signs, and what is repeated
 * is one set of signs that either matches to its end or fails within a bounded length.
 */

export interface SecretKind {
  readonly kind: string;
  /** One of these must be in the text for the pattern to be tried. */
  readonly hints: readonly string[];
  /** All of a match is the secret, but for what its group `keep` holds. */
  readonly pattern: RegExp;
}

const known = (kind: string, hints: readonly string[], pattern: RegExp): SecretKind => ({ kind, hints, pattern });

/** The order matters where one form is part of another: the narrow name first. */
export const secretKinds: readonly SecretKind[] = [
  known("anthropic", ["sk-ant-"], /sk-ant-[\w-]{8,}/g),
  known("openrouter", ["sk-or-"], /sk-or-(?:v\d-)?[\w-]{12,}/g),
  known("context7", ["ctx7sk-"], /ctx7sk-[\w-]{12,}/g),
  known("openai", ["sk-"], /sk-(?:proj|svcacct|service|admin|org|None)-[\w-]{12,}/g),
  known("openai", ["T3BlbkFJ"], /sk-[\w-]{8,200}?T3BlbkFJ[\w-]{0,200}/g),
  // Others have the same two letters; "task-" and "disk-" end in them too.
  known(
    "api_key",
    ["sk-"],
    /(?<![A-Za-z0-9])sk-[A-Za-z0-9]{20,}|sk-(?=[a-z]{0,19}[A-Z0-9])(?=[A-Z0-9]{0,19}[a-z])[A-Za-z0-9]{32,}/g,
  ),
  known("aws", ["AKIA"], /AKIA[A-Z0-9]{12,}/g),
  known(
    "aws",
    ["ASIA", "ABIA", "ACCA", "A3T"],
    /(?:(?:ASIA|ABIA|ACCA|A3T[A-Z0-9])(?=[A-Z]{0,15}\d)|(?<![A-Z0-9])(?:ASIA|ABIA|ACCA|A3T[A-Z0-9]))[A-Z0-9]{16,}/g,
  ),
  known("github", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], /gh[pousr]_[A-Za-z0-9]{10,}\w*/g),
  known("github", ["github_pat_"], /github_pat_\w{12,}/g),
  known("gitlab", ["gl"], /gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|ffct|oas)-[\w-]{14,}/g),
  known("slack", ["xox"], /xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}/g),
  known("slack", ["xapp-"], /xapp-\d-[A-Za-z0-9-]{10,}/g),
  known(
    "slack_webhook",
    ["hooks.slack.com"],
    /(?<keep>hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/+-]{16,}/g,
  ),
  known("discord_webhook", ["/webhooks/"], /(?<keep>discord(?:app)?\.com\/api\/webhooks\/)[\w/-]{20,}/g),
  known("discord", ["."], /[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{20,}/g),
  known("stripe", ["k_live_", "k_test_", "k_prod_"], /[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,}/g),
  known("stripe", ["whsec_"], /whsec_[A-Za-z0-9+/=]{16,}/g),
  known("google", ["AIza"], /AIza[\w-]{20,}/g),
  known("google_oauth_access", ["ya29."], /ya29\.[\w-]{16,}(?:\.[\w-]*)*/g),
  known("google_oauth_refresh", ["1//"], /1\/\/0[\w-]{20,}/g),
  known("google_client_secret", ["GOCSPX-"], /GOCSPX-[\w-]{12,}/g),
  known("huggingface", ["hf_"], /hf_[A-Za-z0-9]{20,}/g),
  known("huggingface", ["api_org_"], /api_org_[A-Za-z0-9]{20,}/g),
  known("groq", ["gsk_"], /gsk_[A-Za-z0-9]{20,}/g),
  known("xai", ["xai-"], /xai-[A-Za-z0-9]{20,}/g),
  known("replicate", ["r8_"], /r8_[A-Za-z0-9]{20,}/g),
  known("perplexity", ["pplx-"], /pplx-[A-Za-z0-9]{20,}/g),
  known("nvidia", ["nvapi-"], /nvapi-[\w-]{20,}/g),
  known("together", ["tgp_v1_"], /tgp_v1_[\w-]{16,}/g),
  known("langsmith", ["lsv2_"], /lsv2_(?:pt|sk)_\w{16,}/g),
  known("tavily", ["tvly-"], /tvly-[\w-]{16,}/g),
  known("elevenlabs", ["sk_"], /sk_[a-f0-9]{32,}/g),
  known("npm", ["npm_"], /npm_[A-Za-z0-9]{20,}/g),
  known("pypi", ["pypi-"], /pypi-AgE[\w-]{12,}/g),
  known("rubygems", ["rubygems_"], /rubygems_[a-f0-9]{20,}/g),
  known("docker", ["dckr_"], /dckr_[po]at_[\w-]{16,}/g),
  known("digitalocean", ["_v1_"], /do[oprt]{1,2}_v1_[a-f0-9]{20,}/g),
  known("sendgrid", ["SG."], /SG\.[\w-]{14,}(?:\.[\w-]*)?/g),
  known("mailgun", ["key-"], /key-[a-f0-9]{32,}/g),
  known("mailchimp", ["-us"], /[a-f0-9]{32}-us\d{1,2}/g),
  known("twilio", ["SK"], /SK[a-f0-9]{32,}/g),
  known("telegram", [":AA"], /\d{6,12}:AA[\w-]{28,}/g),
  known("shopify", ["shp"], /shp(?:at|ca|pa|ss|rt|ua)_[A-Fa-f0-9]{20,}/g),
  known("square", ["sq0"], /sq0[a-z]{3}-[\w-]{16,}/g),
  known("square", ["EAAA"], /EAAA[\w-]{50,}/g),
  known("facebook", ["EAA"], /EAA[A-Za-z0-9]{60,}/g),
  known("databricks", ["dapi"], /dapi[a-f0-9]{24,}(?:-\d)?/g),
  known("grafana", ["glc_", "glsa_"], /gl(?:c|sa)_[A-Za-z0-9+/=_]{24,}/g),
  known("vault", ["hvs.", "hvb.", "hvr."], /hv[sbr]\.[\w-]{20,}/g),
  known("terraform", [".atlasv1."], /[A-Za-z0-9]{14}\.atlasv1\.[\w-]{20,}/g),
  known("linear", ["lin_"], /lin_(?:api|oauth)_\w{20,}/g),
  known("notion", ["ntn_", "secret_"], /(?:ntn_\d{8,}[A-Za-z0-9]{8,}|secret_[A-Za-z0-9]{32,})/g),
  known("figma", ["figd_", "figu"], /fig(?:d|ur?|o[rh])_[\w-]{24,}/g),
  known("airtable", ["pat"], /pat[A-Za-z0-9]{14}\.[a-f0-9]{24,}/g),
  known("vercel", ["vc"], /vc[pikra]_[A-Za-z0-9]{20,}/g),
  known("netlify", ["nfp_"], /nfp_[A-Za-z0-9]{24,}/g),
  known("supabase", ["sbp_", "sb_secret_"], /(?:sbp_[A-Za-z0-9]{20,}|sb_secret_[\w-]{16,})/g),
  known(
    "cloudflare",
    ["cfk_", "cfut_", "cfat_", "v1.0-"],
    /(?:cf(?:k|ut|at)_[A-Za-z0-9]{24,}|v1\.0-[a-f0-9]{24}-[a-f0-9]{24,})/g,
  ),
  known("tailscale", ["tskey-"], /tskey-[a-z]{2,20}-[\w-]{12,}/g),
  known("fly", ["fm1_", "fm2_", "fo1_"], /f[mo][12]_[A-Za-z0-9+/=_-]{24,}/g),
  known("planetscale", ["pscale_"], /pscale_[a-z]{2,8}_[\w.=-]{20,}/g),
  known("doppler", ["dp."], /dp\.(?:pt|st|sa|ct|scim|audit)\.[\w.-]{20,}/g),
  known("postman", ["PMAK-"], /PMAK-[a-f0-9]{20,}(?:-[a-f0-9]*)?/g),
  known("newrelic", ["NRAK-", "NRJS-", "NRII-"], /NR(?:AK|JS|II)-[\w-]{16,}/g),
  known("sentry", ["sntry"], /sntry[su]_[\w+/=-]{24,}/g),
  known("dropbox", ["sl."], /(?<![A-Za-z0-9])sl\.[\w-]{60,}/g),
  known("heroku", ["HRKU-"], /HRKU-[\w-]{24,}/g),
  known("atlassian", ["ATATT3", "ATBB", "ATCTT3"], /AT(?:ATT3|CTT3|BB)[\w=-]{24,}/g),
  known("azure", ["Q~"], /[\w~.-]{3}\dQ~[\w~.-]{24,}/g),
  known("1password", ["A3-"], /A3-[A-Z0-9]{6}-[A-Z0-9-]{20,}/g),
  known("age", ["AGE-SECRET-KEY-1"], /AGE-SECRET-KEY-1[A-Z0-9]{20,}/g),
  // Base64 of '{"': the head of a JSON Web Token, signed or not.
  known("jwt", ["eyJ"], /(?:ops_)?eyJ[\w+/=-]{16,}(?:\.[\w-]*)*/g),
  known(
    "private_key",
    ["PRIVATE KEY"],
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?:\s|\\[nr])*(?:Proc-Type|DEK-Info|Version|Comment):[^\n\\:]{1,80})*(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{16,})+(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{1,76})?(?:(?:\s|\\[nr])*-----END [A-Z0-9 ]{0,40}-----)?/g,
  ),
];
