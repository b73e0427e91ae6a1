// Holds the web provider open while a marketer changes something, and prints what an app's page would see, as JSON.
// Usage: node changes.mjs '{"baseUrl","key","marketer","user"}'
import { EventSource } from 'eventsource';
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';

// Browsers have it; Node does not yet.
globalThis.EventSource = EventSource;
const settings = JSON.parse(process.argv[2]);
const statuses = [];
const post = (path) => fetch(settings.baseUrl + path, {
  method: 'POST', headers: { Authorization: `Bearer ${settings.marketer}`, 'Content-Type': 'application/json' }, body: '{}',
});

await OpenFeature.setContext({ targetingKey: settings.user, country: 'FR' });
const provider = new OFREPWebProvider({
  baseUrl: settings.baseUrl, cacheMode: 'disabled', headers: [['Authorization', `Bearer ${settings.key}`]],
  fetchImplementation: async (request) => {
    const response = await fetch(request);
    statuses.push(response.status);
    return response;
  },
});
await OpenFeature.setProviderAndWait(provider);
const client = OpenFeature.getClient();
const read = () => client.getStringDetails('flag.string', 'own');
const changed = () => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error('no change was heard of')), 20_000);
  client.addHandler(ProviderEvents.ConfigurationChanged, () => { clearTimeout(timer); resolve(); });
});

const before = read();
const heard = changed();
await post('/v1/experiments/flag-string/pause');
await heard;
const paused = read();
const again = changed();
await post('/v1/experiments/flag-string/resume');
await again;
const resumed = read();
console.log(JSON.stringify({ before, paused, resumed, statuses }));
await OpenFeature.close();
