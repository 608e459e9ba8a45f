// Somebody else's provider, oidc-provider, where our people log in with its own pages for developers. It says its
// address in the first line.
import Provider from "oidc-provider";

const { port, client_id, secret, redirect_uri, logout_uri, hear_uri } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [{
    client_id, client_secret: secret, redirect_uris: [redirect_uri], post_logout_redirect_uris: [logout_uri],
    backchannel_logout_uri: hear_uri, backchannel_logout_session_required: true,
  }],
  claims: { openid: ["sub"], profile: ["name"] },
  features: { backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: `Person ${id}` }) }),
  // its own guard against private networks is off: the node under test is on this machine
  fetch: (address, { dispatcher: _guard, ...options }) => fetch(address, options),
  cookies: { keys: ["for a test"] },
});
provider.listen(port, "127.0.0.1", () => process.stdout.write(JSON.stringify(issuer) + "\n"));
for await (const _line of process.stdin);
process.exit(0);
