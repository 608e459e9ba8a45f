// Somebody else's relying party, openid-client, logging in here. Each line that comes in is a command, each that goes
// out its answer; the test holds the browser.
import { createInterface } from "node:readline";
import * as oidc from "openid-client";

const { issuer, client_id, secret, redirect_uri } = JSON.parse(process.argv[2]);
const config = await oidc.discovery(new URL(issuer), client_id, secret, undefined, {
  execute: [oidc.allowInsecureRequests],
});
const verifier = oidc.randomPKCECodeVerifier();
const [nonce, state] = [oidc.randomNonce(), oidc.randomState()];
let tokens;

const steps = {
  metadata: () => config.serverMetadata(),
  ask: async (scope) =>
    oidc.buildAuthorizationUrl(config, {
      redirect_uri, scope: scope ?? "openid profile", nonce, state, code_challenge_method: "S256",
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    }).href,
  come_back: async (address) => {
    tokens = await oidc.authorizationCodeGrant(config, new URL(address), {
      pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState: state, idTokenExpected: true,
    });
    return { claims: tokens.claims(), tokens };
  },
  userinfo: async () => oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub),
  refresh: async () => {
    tokens = await oidc.refreshTokenGrant(config, tokens.refresh_token);
    return { claims: tokens.claims(), tokens };
  },
  introspect: async () => oidc.tokenIntrospection(config, tokens.access_token),
  revoke: async () => {
    await oidc.tokenRevocation(config, tokens.refresh_token);
    return true;
  },
  leave: async (address) =>
    oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: address }).href,
};

for await (const line of createInterface({ input: process.stdin })) {
  const [step, given] = JSON.parse(line);
  let answer;
  try {
    answer = { ok: await steps[step](given) };
  } catch (wrong) {
    answer = { wrong: wrong.message, code: wrong.code, error: wrong.error };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
