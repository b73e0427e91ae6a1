// Asks the service through the OpenFeature providers of npm and prints what an app would see, as JSON.
// Usage: node providers.mjs '{"baseUrl","key","user","control","changed"}'
import { OpenFeature as Server } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature as Web } from '@openfeature/web-sdk';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';

const settings = JSON.parse(process.argv[2]);
const silent = { error() {}, warn() {}, info() {}, debug() {} };
const headers = (key) => [['Authorization', `Bearer ${key}`]];
const seen = ({ value, variant, reason, errorCode, flagMetadata }) => ({ value, variant, reason, errorCode, metadata: flagMetadata });
const answers = { server: {}, web: {} };

/** A fetch that notes the status of each answer. */
function noting(statuses) {
  return async (request) => {
    const response = await fetch(request);
    statuses.push(response.status);
    return response;
  };
}

async function server() {
  const statuses = [];
  const options = { baseUrl: settings.baseUrl, fetchImplementation: noting(statuses) };
  await Server.setProviderAndWait('known', new OFREPProvider({ ...options, headers: headers(settings.key) }));
  await Server.setProviderAndWait('stranger', new OFREPProvider({ ...options, headers: headers('unknown') }));
  const client = Server.getClient('known');
  client.setLogger(silent);
  const context = { targetingKey: settings.user, country: 'FR' };
  const out = answers.server;
  out.boolean = seen(await client.getBooleanDetails('flag.boolean', false, context));
  out.string = seen(await client.getStringDetails('flag.string', 'own', context));
  out.number = seen(await client.getNumberDetails('flag.number', -1, context));
  out.object = seen(await client.getObjectDetails('flag.object', {}, context));
  out.codeDefault = seen(await client.getStringDetails('flag.null', 'own', { targetingKey: settings.control }));
  out.changedContext = seen(await client.getStringDetails('flag.string', 'own', { ...context, country: settings.changed }));
  out.notFound = seen(await client.getStringDetails('flag.unknown', 'own', context));
  out.noTargetingKey = seen(await client.getStringDetails('flag.string', 'own', {}));
  out.otherType = seen(await client.getBooleanDetails('flag.string', false, context));
  const stranger = Server.getClient('stranger');
  stranger.setLogger(silent);
  out.unauthorized = seen(await stranger.getStringDetails('flag.string', 'own', context));
  out.statuses = statuses;
}

async function web() {
  const statuses = [];
  const options = { baseUrl: settings.baseUrl, fetchImplementation: noting(statuses), cacheMode: 'disabled' };
  const context = { targetingKey: settings.user, country: 'FR' };
  const out = answers.web;
  await Web.setContext(context);
  await Web.setProviderAndWait(new OFREPWebProvider({ ...options, headers: headers(settings.key) }));
  const client = Web.getClient();
  client.setLogger(silent);
  out.boolean = seen(client.getBooleanDetails('flag.boolean', false));
  out.string = seen(client.getStringDetails('flag.string', 'own'));
  out.number = seen(client.getNumberDetails('flag.number', -1));
  out.object = seen(client.getObjectDetails('flag.object', {}));
  out.notFound = seen(client.getStringDetails('flag.unknown', 'own'));
  await Web.setContext({ ...context, colour: 'blue' });
  out.sameAfter304 = seen(client.getStringDetails('flag.string', 'own'));
  await Web.setContext({ ...context, country: settings.changed });
  out.changedContext = seen(client.getStringDetails('flag.string', 'own'));
  await Web.setContext({ targetingKey: settings.control });
  out.codeDefault = seen(client.getStringDetails('flag.null', 'own'));
  out.statuses = [...statuses];

  try {
    await Web.setProviderAndWait('stranger', new OFREPWebProvider({ ...options, headers: headers('unknown') }));
    out.unauthorized = 'ready';
  } catch (error) {
    out.unauthorized = String(error.message ?? error);
  }
  out.strangerStatus = statuses.at(-1);
}

await server();
await web();
console.log(JSON.stringify(answers));
await Server.close();
await Web.close();
