// Asks more often than the service allows, and prints which calls reached it, as JSON.
// Usage: node limited.mjs '{"baseUrl","key","user"}'
import { OpenFeature } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';

const settings = JSON.parse(process.argv[2]);
const sent = [];
await OpenFeature.setProviderAndWait(new OFREPProvider({
  baseUrl: settings.baseUrl, headers: [['Authorization', `Bearer ${settings.key}`]],
  fetchImplementation: async (request) => {
    const response = await fetch(request);
    sent.push({ status: response.status, retryAfter: response.headers.get('Retry-After') });
    return response;
  },
}));
const client = OpenFeature.getClient();
client.setLogger({ error() {}, warn() {}, info() {}, debug() {} });
const ask = () => client.getStringDetails('flag.string', 'own', { targetingKey: settings.user, country: 'FR' });

let last;
for (let i = 0; i < 50 && sent.at(-1)?.status !== 429; i++) last = await ask();
const refused = sent.length;
const quiet = await ask();
const sentWhileQuiet = sent.length - refused;
await new Promise((resolve) => setTimeout(resolve, 1000 * Number(sent.at(-1).retryAfter) + 100));
const after = await ask();
console.log(JSON.stringify({ last, quiet, sentWhileQuiet, after, sent }));
await OpenFeature.close();
