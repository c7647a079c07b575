/*!
 * The forms of the tokens of well-known services, from gitleaks v8.30.0-27-gb58d3f10, written by `node scripts/secret-rules.ts`:
 * change that instead. One rule per line: name, least entropy in bits per character, keywords, pattern.
 *
 * gitleaks: MIT License, Copyright (c) 2019 Zachary Rice. Permission is hereby granted, free of charge, to any person
 * obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software
 * without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute,
 * sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
 * subject to the following conditions: The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND,
 * EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE
 * AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
 * SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */
export const GITLEAKS = String.raw`
1password-secret-key	3.8	a3-	\bA3-[A-Z0-9]{6}-(?:(?:[A-Z0-9]{11})|(?:[A-Z0-9]{6}-[A-Z0-9]{5}))-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}\b
1password-service-account-token	4	ops_	ops_eyJ[a-zA-Z0-9+/]{250,}={0,3}
adafruit-api-key	0	adafruit	(?i:(?:adafruit)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9_-]{32})(?![A-Za-z0-9_-]))
adobe-client-id	2	adobe	(?i:(?:adobe)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{32})(?![A-Za-z0-9_-]))
adobe-client-secret	2	p8e-	\b(p8e-(?i:[a-z0-9]{32}))(?![A-Za-z0-9_-])
age-secret-key	0	age-secret-key-1	AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}
airtable-api-key	0	airtable	(?i:(?:airtable)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{17})(?![A-Za-z0-9_-]))
airtable-personnal-access-token	0	airtable	\b(pat[a-zA-Z0-9]{14}\.[a-f0-9]{64})\b
algolia-api-key	0	algolia	(?i:(?:algolia)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?![A-Za-z0-9_-]))
alibaba-access-key-id	2	ltai	\b(LTAI(?i:[a-z0-9]{20}))(?![A-Za-z0-9_-])
alibaba-secret-key	2	alibaba	(?i:(?:alibaba)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{30})(?![A-Za-z0-9_-]))
anthropic-admin-api-key	0	sk-ant-admin01	\b(sk-ant-admin01-[a-zA-Z0-9_\-]{93}AA)(?![A-Za-z0-9_-])
anthropic-api-key	0	sk-ant-api03	\b(sk-ant-api03-[a-zA-Z0-9_\-]{93}AA)(?![A-Za-z0-9_-])
artifactory-api-key	4.5	akcp	\bAKCp[A-Za-z0-9]{69}\b
artifactory-reference-token	4.5	cmvmd	\bcmVmd[A-Za-z0-9]{59}\b
asana-client-id	0	asana	(?i:(?:asana)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9]{16})(?![A-Za-z0-9_-]))
asana-client-secret	0	asana	(?i:(?:asana)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?![A-Za-z0-9_-]))
atlassian-api-token	3.5	atlassian,confluence,jira,atatt3	(?i:(?:(?-i:ATLASSIAN|[Aa]tlassian)|(?-i:CONFLUENCE|[Cc]onfluence)|(?-i:JIRA|[Jj]ira))(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{20}[a-f0-9]{4})(?![A-Za-z0-9_-])|\b(ATATT3[A-Za-z0-9_\-=]{186})(?![A-Za-z0-9_-]))
authress-service-client-access-key	2	sc_,ext_,scauth_,authress_	\b((?:sc|ext|scauth|authress)_(?i:[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.(?-i:acc)[_-][a-z0-9-]{10,32}\.[a-z0-9+/_=-]{30,120}))(?![A-Za-z0-9_-])
aws-access-token	3	a3t,akia,asia,abia,acca	\b((?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})\b
aws-amazon-bedrock-api-key-long-lived	3	absk	\b(ABSK[A-Za-z0-9+/]{109,269}={0,2})(?![A-Za-z0-9_-])
aws-amazon-bedrock-api-key-short-lived	3	bedrock-api-key-	bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t
azure-ad-client-secret	3	q~	(?:^|[\\'"\x60\s>=:(,)])([a-zA-Z0-9_~.]{3}\dQ~[a-zA-Z0-9_~.-]{31,34})(?:$|[\\'"\x60\s<),])
beamer-api-token	0	beamer	(?i:(?:beamer)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(b_[a-z0-9=_\-]{44})(?![A-Za-z0-9_-]))
bitbucket-client-id	0	bitbucket	(?i:(?:bitbucket)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?![A-Za-z0-9_-]))
bitbucket-client-secret	0	bitbucket	(?i:(?:bitbucket)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{64})(?![A-Za-z0-9_-]))
bittrex-access-key	0	bittrex	(?i:(?:bittrex)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?![A-Za-z0-9_-]))
bittrex-secret-key	0	bittrex	(?i:(?:bittrex)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?![A-Za-z0-9_-]))
cisco-meraki-api-key	3	meraki	(?i:(?:(?-i:[Mm]eraki|MERAKI))(?:[ \t\w.-]{0,20})[\s'"]{0,3})(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{40})(?![A-Za-z0-9_-])
clickhouse-cloud-api-secret-key	3	4b1d	\b(4b1d[A-Za-z0-9]{38})\b
clojars-api-token	2	clojars_	(?i:CLOJARS_[a-z0-9]{60})
cloudflare-api-key	2	cloudflare	(?i:(?:cloudflare)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9_-]{40})(?![A-Za-z0-9_-]))
cloudflare-global-api-key	2	cloudflare	(?i:(?:cloudflare)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{37})(?![A-Za-z0-9_-]))
cloudflare-origin-ca-key	2	cloudflare,v1.0-	\b(v1\.0-[a-f0-9]{24}-[a-f0-9]{146})(?![A-Za-z0-9_-])
codecov-access-token	0	codecov	(?i:(?:codecov)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?![A-Za-z0-9_-]))
cohere-api-token	4	cohere,co_api_key	(?i:(?:cohere|CO_API_KEY)(?:[ \t\w.-]{0,20})[\s'"]{0,3})(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-zA-Z0-9]{40})(?![A-Za-z0-9_-])
coinbase-access-token	0	coinbase	(?i:(?:coinbase)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9_-]{64})(?![A-Za-z0-9_-]))
confluent-access-token	0	confluent	(?i:(?:confluent)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{16})(?![A-Za-z0-9_-]))
confluent-secret-key	0	confluent	(?i:(?:confluent)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{64})(?![A-Za-z0-9_-]))
contentful-delivery-api-token	0	contentful	(?i:(?:contentful)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{43})(?![A-Za-z0-9_-]))
databricks-api-token	3	dapi	\b(dapi[a-f0-9]{32}(?:-\d)?)(?![A-Za-z0-9_-])
datadog-access-token	0	datadog	(?i:(?:datadog)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{40})(?![A-Za-z0-9_-]))
defined-networking-api-token	0	dnkey	(?i:(?:dnkey)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(dnkey-[a-z0-9=_\-]{26}-[a-z0-9=_\-]{52})(?![A-Za-z0-9_-]))
digitalocean-access-token	3	doo_v1_	\b(doo_v1_[a-f0-9]{64})(?![A-Za-z0-9_-])
digitalocean-pat	3	dop_v1_	\b(dop_v1_[a-f0-9]{64})(?![A-Za-z0-9_-])
digitalocean-refresh-token	0	dor_v1_	(?i:\b(dor_v1_[a-f0-9]{64})(?![A-Za-z0-9_-]))
discord-api-token	0	discord	(?i:(?:discord)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{64})(?![A-Za-z0-9_-]))
discord-client-id	2	discord	(?i:(?:discord)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9]{18})(?![A-Za-z0-9_-]))
discord-client-secret	2	discord	(?i:(?:discord)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{32})(?![A-Za-z0-9_-]))
doppler-api-token	2	dp.pt.	dp\.pt\.(?i:[a-z0-9]{43})
droneci-access-token	0	droneci	(?i:(?:droneci)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?![A-Za-z0-9_-]))
dropbox-api-token	0	dropbox	(?i:(?:dropbox)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{15})(?![A-Za-z0-9_-]))
dropbox-long-lived-api-token	0	dropbox	(?i:(?:dropbox)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{11}(AAAAAAAAAA)[a-z0-9\-_=]{43})(?![A-Za-z0-9_-]))
dropbox-short-lived-api-token	0	dropbox	(?i:(?:dropbox)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(sl\.[a-z0-9\-=_]{135})(?![A-Za-z0-9_-]))
duffel-api-token	2	duffel_	duffel_(?:test|live)_(?i:[a-z0-9_\-=]{43})
dynatrace-api-token	4	dt0c01.	dt0c01\.(?i:[a-z0-9]{24}\.[a-z0-9]{64})
easypost-api-token	2	ezak	\bEZAK(?i:[a-z0-9]{54}\b)
easypost-test-api-token	2	eztk	\bEZTK(?i:[a-z0-9]{54}\b)
etsy-access-token	3	etsy	(?i:(?:(?-i:ETSY|[Ee]tsy))(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{24})(?![A-Za-z0-9_-]))
facebook-access-token	3	facebook	(?i:\b(\d{15,16}(\||%)[0-9a-z\-_]{27,40})(?![A-Za-z0-9_-]))
facebook-page-access-token	4	eaam,eaac	\b(EAA[MC](?i:[a-z0-9]{100,}))(?![A-Za-z0-9_-])
facebook-secret	3	facebook	(?i:(?:facebook)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{32})(?![A-Za-z0-9_-]))
fastly-api-token	0	fastly	(?i:(?:fastly)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{32})(?![A-Za-z0-9_-]))
finicity-api-token	0	finicity	(?i:(?:finicity)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{32})(?![A-Za-z0-9_-]))
finicity-client-secret	0	finicity	(?i:(?:finicity)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{20})(?![A-Za-z0-9_-]))
finnhub-access-token	0	finnhub	(?i:(?:finnhub)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{20})(?![A-Za-z0-9_-]))
flickr-access-token	0	flickr	(?i:(?:flickr)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?![A-Za-z0-9_-]))
flutterwave-encryption-key	2	flwseck_test	FLWSECK_TEST-(?i:[a-h0-9]{12})
flutterwave-public-key	2	flwpubk_test	FLWPUBK_TEST-(?i:[a-h0-9]{32}-X)
flutterwave-secret-key	2	flwseck_test	FLWSECK_TEST-(?i:[a-h0-9]{32}-X)
flyio-access-token	4	fo1_,fm1,fm2_	\b((?:fo1_[\w-]{43}|fm1[ar]_[a-zA-Z0-9+\/]{100,}={0,3}|fm2_[a-zA-Z0-9+\/]{100,}={0,3}))(?![A-Za-z0-9_-])
frameio-api-token	0	fio-u-	fio-u-(?i:[a-z0-9\-_=]{64})
freshbooks-access-token	0	freshbooks	(?i:(?:freshbooks)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{64})(?![A-Za-z0-9_-]))
gcp-api-key	4	aiza	\b(AIza[\w-]{35})(?![A-Za-z0-9_-])
github-app-token	3	ghu_,ghs_	(?:ghu|ghs)_[0-9a-zA-Z]{36}
github-fine-grained-pat	3	github_pat_	github_pat_\w{82}
github-oauth	3	gho_	gho_[0-9a-zA-Z]{36}
github-pat	3	ghp_	ghp_[0-9a-zA-Z]{36}
github-refresh-token	3	ghr_	ghr_[0-9a-zA-Z]{36}
gitlab-cicd-job-token	3	glcbt-	glcbt-[0-9a-zA-Z]{1,5}_[0-9a-zA-Z_-]{20}
gitlab-deploy-token	3	gldt-	gldt-[0-9a-zA-Z_\-]{20}
gitlab-feature-flag-client-token	3	glffct-	glffct-[0-9a-zA-Z_\-]{20}
gitlab-feed-token	3	glft-	glft-[0-9a-zA-Z_\-]{20}
gitlab-incoming-mail-token	3	glimt-	glimt-[0-9a-zA-Z_\-]{25}
gitlab-kubernetes-agent-token	3	glagent-	glagent-[0-9a-zA-Z_\-]{50}
gitlab-oauth-app-secret	3	gloas-	gloas-[0-9a-zA-Z_\-]{64}
gitlab-pat	3	glpat-	glpat-[\w-]{20}
gitlab-pat-routable	4	glpat-	\bglpat-[0-9a-zA-Z_-]{27,300}\.[0-9a-z]{2}[0-9a-z]{7}\b
gitlab-ptt	3	glptt-	glptt-[0-9a-f]{40}
gitlab-rrt	3	gr1348941	GR1348941[\w-]{20}
gitlab-runner-authentication-token	3	glrt-	glrt-[0-9a-zA-Z_\-]{20}
gitlab-runner-authentication-token-routable	4	glrt-	\bglrt-t\d_[0-9a-zA-Z_\-]{27,300}\.[0-9a-z]{2}[0-9a-z]{7}\b
gitlab-scim-token	3	glsoat-	glsoat-[0-9a-zA-Z_\-]{20}
gitlab-session-cookie	3	_gitlab_session=	_gitlab_session=[0-9a-z]{32}
gitter-access-token	0	gitter	(?i:(?:gitter)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9_-]{40})(?![A-Za-z0-9_-]))
gocardless-api-token	0	live_,gocardless	(?i:(?:gocardless)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(live_(?i:[a-z0-9\-_=]{40}))(?![A-Za-z0-9_-]))
grafana-api-key	3	eyjrijoi	(?i:\b(eyJrIjoi[A-Za-z0-9]{70,400}={0,3})(?![A-Za-z0-9_-]))
grafana-cloud-api-token	3	glc_	(?i:\b(glc_[A-Za-z0-9+/]{32,400}={0,3})(?![A-Za-z0-9_-]))
grafana-service-account-token	3	glsa_	(?i:\b(glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})(?![A-Za-z0-9_-]))
harness-api-key	0	pat.,sat.	(?:pat|sat)\.[a-zA-Z0-9_-]{22}\.[a-zA-Z0-9]{24}\.[a-zA-Z0-9]{20}
hashicorp-tf-api-token	3.5	atlasv1	(?i:[a-z0-9]{14}\.(?-i:atlasv1)\.[a-z0-9\-_=]{60,70})
heroku-api-key	0	heroku	(?i:(?:heroku)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9_-]))
heroku-api-key-v2	4	hrku-aa	\b((HRKU-AA[0-9a-zA-Z_-]{58}))(?![A-Za-z0-9_-])
hubspot-api-key	0	hubspot	(?i:(?:hubspot)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12})(?![A-Za-z0-9_-]))
huggingface-access-token	2	hf_	\b(hf_(?i:[a-z]{34}))(?![A-Za-z0-9_-])
huggingface-organization-api-token	2	api_org_	\b(api_org_(?i:[a-z]{34}))(?![A-Za-z0-9_-])
infracost-api-token	3	ico-	\b(ico-[a-zA-Z0-9]{32})(?![A-Za-z0-9_-])
intercom-api-key	0	intercom	(?i:(?:intercom)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{60})(?![A-Za-z0-9_-]))
intra42-client-secret	3	intra,s-s4t2ud-,s-s4t2af-	\b(s-s4t2(?:ud|af)-(?i:[abcdef0123456789]{64}))(?![A-Za-z0-9_-])
jfrog-api-key	0	jfrog,artifactory,bintray,xray	(?i:(?:jfrog|artifactory|bintray|xray)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{73})(?![A-Za-z0-9_-]))
jfrog-identity-token	0	jfrog,artifactory,bintray,xray	(?i:(?:jfrog|artifactory|bintray|xray)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{64})(?![A-Za-z0-9_-]))
kraken-access-token	0	kraken	(?i:(?:kraken)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9\/=_\+\-]{80,90})(?![A-Za-z0-9_-]))
kucoin-access-token	0	kucoin	(?i:(?:kucoin)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{24})(?![A-Za-z0-9_-]))
kucoin-secret-key	0	kucoin	(?i:(?:kucoin)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9_-]))
launchdarkly-access-token	0	launchdarkly	(?i:(?:launchdarkly)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{40})(?![A-Za-z0-9_-]))
linear-api-key	2	lin_api_	lin_api_(?i:[a-z0-9]{40})
linear-client-secret	2	linear	(?i:(?:linear)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{32})(?![A-Za-z0-9_-]))
linkedin-client-id	2	linkedin,linked_in,linked-in	(?i:(?:linked[_-]?in)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{14})(?![A-Za-z0-9_-]))
linkedin-client-secret	2	linkedin,linked_in,linked-in	(?i:(?:linked[_-]?in)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{16})(?![A-Za-z0-9_-]))
lob-api-key	0	test_,live_	(?i:(?:lob)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}((live|test)_[a-f0-9]{35})(?![A-Za-z0-9_-]))
lob-pub-api-key	0	test_pub,live_pub,_pub	(?i:(?:lob)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}((test|live)_pub_[a-f0-9]{31})(?![A-Za-z0-9_-]))
looker-client-id	0	looker	(?i:(?:looker)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{20})(?![A-Za-z0-9_-]))
looker-client-secret	0	looker	(?i:(?:looker)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{24})(?![A-Za-z0-9_-]))
mailchimp-api-key	0	mailchimp	(?i:(?:MailchimpSDK.initialize|mailchimp)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{32}-us\d\d)(?![A-Za-z0-9_-]))
mailgun-private-api-token	0	mailgun	(?i:(?:mailgun)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(key-[a-f0-9]{32})(?![A-Za-z0-9_-]))
mailgun-pub-key	0	mailgun	(?i:(?:mailgun)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(pubkey-[a-f0-9]{32})(?![A-Za-z0-9_-]))
mailgun-signing-key	0	mailgun	(?i:(?:mailgun)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-h0-9]{32}-[a-h0-9]{8}-[a-h0-9]{8})(?![A-Za-z0-9_-]))
mapbox-api-token	0	mapbox	(?i:(?:mapbox)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(pk\.[a-z0-9]{60}\.[a-z0-9]{22})(?![A-Za-z0-9_-]))
mattermost-access-token	0	mattermost	(?i:(?:mattermost)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{26})(?![A-Za-z0-9_-]))
maxmind-license-key	4	_mmk	\b([A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk)(?![A-Za-z0-9_-])
messagebird-api-token	0	messagebird,message-bird,message_bird	(?i:(?:message[_-]?bird)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{25})(?![A-Za-z0-9_-]))
messagebird-client-id	0	messagebird,message-bird,message_bird	(?i:(?:message[_-]?bird)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9_-]))
microsoft-teams-webhook	0	webhook.office.com,webhookb2,incomingwebhook	https://[a-z0-9]+\.webhook\.office\.com/webhookb2/[a-z0-9]{8}-([a-z0-9]{4}-){3}[a-z0-9]{12}@[a-z0-9]{8}-([a-z0-9]{4}-){3}[a-z0-9]{12}/IncomingWebhook/[a-z0-9]{32}/[a-z0-9]{8}-([a-z0-9]{4}-){3}[a-z0-9]{12}
netlify-access-token	0	netlify	(?i:(?:netlify)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{40,46})(?![A-Za-z0-9_-]))
new-relic-browser-api-token	0	nrjs-	(?i:(?:new-relic|newrelic|new_relic)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(NRJS-[a-f0-9]{19})(?![A-Za-z0-9_-]))
new-relic-insert-key	0	nrii-	(?i:(?:new-relic|newrelic|new_relic)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(NRII-[a-z0-9-]{32})(?![A-Za-z0-9_-]))
new-relic-user-api-id	0	new-relic,newrelic,new_relic	(?i:(?:new-relic|newrelic|new_relic)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{64})(?![A-Za-z0-9_-]))
new-relic-user-api-key	0	nrak	(?i:(?:new-relic|newrelic|new_relic)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(NRAK-[a-z0-9]{27})(?![A-Za-z0-9_-]))
notion-api-token	4	ntn_	\b(ntn_[0-9]{11}[A-Za-z0-9]{32}[A-Za-z0-9]{3})(?![A-Za-z0-9_-])
npm-access-token	2	npm_	(?i:\b(npm_[a-z0-9]{36})(?![A-Za-z0-9_-]))
nytimes-access-token	0	nytimes,new-york-times,newyorktimes	(?i:(?:nytimes|new-york-times,|newyorktimes)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9=_\-]{32})(?![A-Za-z0-9_-]))
octopus-deploy-api-key	3	api-	\b(API-[A-Z0-9]{26})(?![A-Za-z0-9_-])
okta-access-token	4	okta	(?i:(?:(?-i:[Oo]kta|OKTA))(?:[ \t\w.-]{0,20})[\s'"]{0,3})(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(00[\w=\-]{40})(?![A-Za-z0-9_-])
openai-api-key	3	t3blbkfj	\b(sk-(?:proj|svcacct|admin)-(?:[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58})T3BlbkFJ(?:[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58})\b|sk-[a-zA-Z0-9]{20}T3BlbkFJ[a-zA-Z0-9]{20})(?![A-Za-z0-9_-])
openshift-user-token	3.5	sha256~	\b(sha256~[\w-]{43})(?:[^\w-]|$)
perplexity-api-key	4	pplx-	\b(pplx-[a-zA-Z0-9]{48})(?:[\x60'"\s;]|\\[nr]|$|\b)
plaid-api-token	0	plaid	(?i:(?:plaid)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(access-(?:sandbox|development|production)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9_-]))
plaid-client-id	3.5	plaid	(?i:(?:plaid)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{24})(?![A-Za-z0-9_-]))
plaid-secret-key	3.5	plaid	(?i:(?:plaid)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{30})(?![A-Za-z0-9_-]))
planetscale-api-token	3	pscale_tkn_	\b(pscale_tkn_(?i:[\w=\.-]{32,64}))(?![A-Za-z0-9_-])
planetscale-oauth-token	3	pscale_oauth_	\b(pscale_oauth_[\w=\.-]{32,64})(?![A-Za-z0-9_-])
planetscale-password	3	pscale_pw_	(?i:\b(pscale_pw_(?i:[\w=\.-]{32,64}))(?![A-Za-z0-9_-]))
postman-api-token	3	pmak-	\b(PMAK-(?i:[a-f0-9]{24}\-[a-f0-9]{34}))(?![A-Za-z0-9_-])
prefect-api-token	2	pnu_	\b(pnu_[a-zA-Z0-9]{36})(?![A-Za-z0-9_-])
privateai-api-token	3	privateai,private_ai,private-ai	(?i:(?:private[_-]?ai)(?:[ \t\w.-]{0,20})[\s'"]{0,3})(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?![A-Za-z0-9_-])
pulumi-api-token	2	pul-	\b(pul-[a-f0-9]{40})(?![A-Za-z0-9_-])
pypi-upload-token	3	pypi-ageichlwas5vcmc	pypi-AgEIcHlwaS5vcmc[\w-]{50,1000}
rapidapi-access-token	0	rapidapi	(?i:(?:rapidapi)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9_-]{50})(?![A-Za-z0-9_-]))
readme-api-token	2	rdme_	\b(rdme_[a-z0-9]{70})(?![A-Za-z0-9_-])
rubygems-api-token	2	rubygems_	\b(rubygems_[a-f0-9]{48})(?![A-Za-z0-9_-])
scalingo-api-token	2	tk-us-	\b(tk-us-[\w-]{48})(?![A-Za-z0-9_-])
sendbird-access-id	0	sendbird	(?i:(?:sendbird)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9_-]))
sendbird-access-token	0	sendbird	(?i:(?:sendbird)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{40})(?![A-Za-z0-9_-]))
sendgrid-api-token	2	sg.	\b(SG\.(?i:[a-z0-9=_\-\.]{66}))(?![A-Za-z0-9_-])
sendinblue-api-token	2	xkeysib-	\b(xkeysib-[a-f0-9]{64}\-(?i:[a-z0-9]{16}))(?![A-Za-z0-9_-])
sentry-access-token	3	sentry	(?i:(?:sentry)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{64})(?![A-Za-z0-9_-]))
sentry-org-token	4.5	sntrys_eyjpyxqio	\bsntrys_eyJpYXQiO[a-zA-Z0-9+/]{10,200}(?:LCJyZWdpb25fdXJs|InJlZ2lvbl91cmwi|cmVnaW9uX3VybCI6)[a-zA-Z0-9+/]{10,200}={0,2}_[a-zA-Z0-9+/]{43}(?:[^a-zA-Z0-9+/]|$)
sentry-user-token	3.5	sntryu_	\b(sntryu_[a-f0-9]{64})(?![A-Za-z0-9_-])
settlemint-application-access-token	3	sm_aat	\b(sm_aat_[a-zA-Z0-9]{16})(?![A-Za-z0-9_-])
settlemint-personal-access-token	3	sm_pat	\b(sm_pat_[a-zA-Z0-9]{16})(?![A-Za-z0-9_-])
settlemint-service-access-token	3	sm_sat	\b(sm_sat_[a-zA-Z0-9]{16})(?![A-Za-z0-9_-])
shippo-api-token	2	shippo_	\b(shippo_(?:live|test)_[a-fA-F0-9]{40})(?![A-Za-z0-9_-])
shopify-access-token	2	shpat_	shpat_[a-fA-F0-9]{32}
shopify-custom-access-token	2	shpca_	shpca_[a-fA-F0-9]{32}
shopify-private-app-access-token	2	shppa_	shppa_[a-fA-F0-9]{32}
shopify-shared-secret	2	shpss_	shpss_[a-fA-F0-9]{32}
sidekiq-secret	0	bundle_enterprise__contribsys__com,bundle_gems__contribsys__com	(?i:(?:BUNDLE_ENTERPRISE__CONTRIBSYS__COM|BUNDLE_GEMS__CONTRIBSYS__COM)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-f0-9]{8}:[a-f0-9]{8})(?![A-Za-z0-9_-]))
sidekiq-sensitive-url	0	gems.contribsys.com,enterprise.contribsys.com	(?i:\bhttps?://([a-f0-9]{8}:[a-f0-9]{8})@(?:gems.contribsys.com|enterprise.contribsys.com)(?:[\/|\#|\?|:]|$))
slack-app-token	2	xapp	(?i:xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+)
slack-bot-token	3	xoxb	xoxb-[0-9]{10,13}-[0-9]{10,13}[a-zA-Z0-9-]*
slack-config-access-token	2	xoxe.xoxb-,xoxe.xoxp-	(?i:xoxe.xox[bp]-\d-[A-Z0-9]{163,166})
slack-config-refresh-token	2	xoxe-	(?i:xoxe-\d-[A-Z0-9]{146})
slack-legacy-bot-token	2	xoxb	xoxb-[0-9]{8,14}-[a-zA-Z0-9]{18,26}
slack-legacy-token	2	xoxo,xoxs	xox[os]-\d+-\d+-\d+-[a-fA-F\d]+
slack-legacy-workspace-token	2	xoxa,xoxr	xox[ar]-(?:\d-)?[0-9a-zA-Z]{8,48}
slack-user-token	2	xoxp-,xoxe-	xox[pe](?:-[0-9]{10,13}){3}-[a-zA-Z0-9-]{28,34}
slack-webhook-url	0	hooks.slack.com	(?:https?://)?hooks.slack.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{43,56}
snyk-api-token	0	snyk	(?i:(?:snyk[_.-]?(?:(?:api|oauth)[_.-]?)?(?:key|token))(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9_-]))
sonar-api-token	0	sonar	(?i:(?:sonar[_.-]?(login|token))(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}((?:squ_|sqp_|sqa_)?[a-z0-9=_\-]{40})(?![A-Za-z0-9_-]))
sourcegraph-access-token	3	sgp_,sourcegraph	(?i:\b(\b(sgp_(?:[a-fA-F0-9]{16}|local)_[a-fA-F0-9]{40}|sgp_[a-fA-F0-9]{40}|[a-fA-F0-9]{40})\b)(?![A-Za-z0-9_-]))
square-access-token	2	sq0atp-,eaaa	\b((?:EAAA|sq0atp-)[\w-]{22,60})(?![A-Za-z0-9_-])
squarespace-access-token	0	squarespace	(?i:(?:squarespace)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9_-]))
stripe-access-token	2	sk_test,sk_live,sk_prod,rk_test,rk_live,rk_prod	\b((?:sk|rk)_(?:test|live|prod)_[a-zA-Z0-9]{10,99})(?![A-Za-z0-9_-])
sumologic-access-id	3	sumo	(?i:(?:(?-i:[Ss]umo|SUMO))(?:[ \t\w.-]{0,20})[\s'"]{0,3})(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(su[a-zA-Z0-9]{12})(?![A-Za-z0-9_-])
sumologic-access-token	3	sumo	(?i:(?:(?-i:[Ss]umo|SUMO))(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{64})(?![A-Za-z0-9_-]))
telegram-bot-api-token	0	telegr	(?i:(?:telegr)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9]{5,16}:(?-i:A)[a-z0-9_\-]{34})(?![A-Za-z0-9_-]))
travisci-access-token	0	travis	(?i:(?:travis)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{22})(?![A-Za-z0-9_-]))
twilio-api-key	3	sk	SK[0-9a-fA-F]{32}
twitch-api-token	0	twitch	(?i:(?:twitch)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{30})(?![A-Za-z0-9_-]))
twitter-access-secret	0	twitter	(?i:(?:twitter)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{45})(?![A-Za-z0-9_-]))
twitter-access-token	0	twitter	(?i:(?:twitter)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([0-9]{15,25}-[a-zA-Z0-9]{20,40})(?![A-Za-z0-9_-]))
twitter-api-key	0	twitter	(?i:(?:twitter)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{25})(?![A-Za-z0-9_-]))
twitter-api-secret	0	twitter	(?i:(?:twitter)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{50})(?![A-Za-z0-9_-]))
twitter-bearer-token	0	twitter	(?i:(?:twitter)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(A{22}[a-zA-Z0-9%]{80,100})(?![A-Za-z0-9_-]))
typeform-api-token	0	tfp_	(?i:(?:typeform)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(tfp_[a-z0-9\-_\.=]{59})(?![A-Za-z0-9_-]))
vault-batch-token	4	hvb.	\b(hvb\.[\w-]{138,300})(?![A-Za-z0-9_-])
vault-service-token	3.5	hvs.,s.	\b((?:hvs\.[\w-]{90,120}|s\.(?i:[a-z0-9]{24})))(?![A-Za-z0-9_-])
yandex-access-token	0	yandex	(?i:(?:yandex)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(t1\.[A-Z0-9a-z_-]+[=]{0,2}\.[A-Z0-9a-z_-]{86}[=]{0,2})(?![A-Za-z0-9_-]))
yandex-api-key	0	yandex	(?i:(?:yandex)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(AQVN[A-Za-z0-9_\-]{35,38})(?![A-Za-z0-9_-]))
yandex-aws-access-token	0	yandex	(?i:(?:yandex)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(YC[a-zA-Z0-9_\-]{38})(?![A-Za-z0-9_-]))
zendesk-secret-key	0	zendesk	(?i:(?:zendesk)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{40})(?![A-Za-z0-9_-]))
`
