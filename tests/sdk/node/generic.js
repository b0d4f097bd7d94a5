'use strict';

// The older Node SDK, which knows no product and signs with V1: an organisation, roles, and every parameter of the
// protocol bent, for it lets its caller set them.

const { RPCClient } = require('@alicloud/pop-core');
const { world, same, check, until, thrown, run } = require('./world');

const { HOME, MEMBER, SANDBOXED, PROD, READER, MANAGEMENT, OWNER } = world;
const VERSIONS = {
  ecs: '2014-05-26', resourcedirectory: '2022-04-19', resourcesharing: '2020-01-10', sts: '2015-04-01',
};

function client(key, product, region, apiVersion = VERSIONS[product]) {
  return new RPCClient({ ...key, endpoint: `http://${world.at(product, region)}`, apiVersion });
}

// Checks that a call ends in the SDK's own exception, with everything that a caller looks at.
async function refused(what, call, status, code) {
  const error = await thrown(what, call);
  const members = ['Code', 'HostId', 'Message', 'Recommend', 'RequestId'];
  // Only who is known and not allowed is told the details.
  if (code === 'NoPermission') members.unshift('AccessDeniedDetail');
  same(
    `${what}: ${status} ${code}`,
    [error.entry?.response.statusCode, error.code, error.name, Object.keys(error.data ?? {}).sort()],
    [status, code, `${code}Error`, members],
  );
  return error;
}

async function methods() {
  const ecs = client(world.owner, 'ecs', HOME);
  for (const method of ['GET', 'POST']) {
    const answer = await ecs.request('DescribeRegions', { AcceptLanguage: 'en-US', Empty: '' }, { method });
    check(`${method} is understood`, answer.Regions.Region.some((region) => region.RegionId === HOME));
  }
}

async function roles() {
  const wish = { RoleArn: READER, RoleSessionName: 'node' };
  const session = (await client(world.owner, 'sts').request('AssumeRole', wish, { method: 'POST' })).Credentials;
  const { AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret, SecurityToken: securityToken } = session;
  const key = { accessKeyId, accessKeySecret, securityToken };
  const me = await client(key, 'sts').request('GetCallerIdentity');
  same('a role that trusts us is ours', [me.AccountId, me.IdentityType], [MANAGEMENT, 'AssumedRoleUser']);
  await refused('a role that trusts somebody else',
    () => client(world.key(MEMBER), 'sts').request('AssumeRole', wish), 403, 'NoPermission');
  await refused('no token', () => client({ ...key, securityToken: '' }, 'sts').request('GetCallerIdentity'), 400,
    'MissingSecurityToken');
  await refused('a malformed token', () => client({ ...key, securityToken: 'x' }, 'sts').request('GetCallerIdentity'),
    400, 'InvalidSecurityToken.Malformed');
  return key;
}

async function members(key) {
  const directory = client(key, 'resourcedirectory');
  const seen = [];
  for (let NextToken; ;) {
    const answer = await directory.request('ListAccounts', { MaxResults: 5, ...(NextToken && { NextToken }) });
    seen.push(...answer.Accounts.Account.map((account) => account.AccountId));
    NextToken = answer.NextToken;
    if (!NextToken) break;
  }
  same('the members come by tokens, each once', [seen.length, new Set(seen).size], [14, 14]);
}

async function organisation() {
  const [ecs, sharing] = [client(world.owner, 'ecs', HOME), client(world.owner, 'resourcesharing', HOME)];
  await refused('switching sharing on a second time',
    () => client(world.management, 'resourcesharing', HOME).request('EnableSharingWithResourceDirectory'),
    409, 'AlreadyEnabled');
  const wish = { RegionId: HOME, InstanceId: world.instance, ImageName: 'node-shelf' };
  const { ImageId } = await ecs.request('CreateImage', wish);
  const built = () => ecs.request('DescribeImages', { RegionId: HOME, ImageId });
  await until('an image is built', async () => (await built()).TotalCount);
  const { ResourceShareId } = (await sharing.request('CreateResourceShare', {
    ResourceShareName: 'node-shelf', Targets: [PROD], Resources: [{ ResourceId: ImageId, ResourceType: 'Image' }],
  }, { method: 'POST' })).ResourceShare;
  const sees = async (account) => {
    const others = { RegionId: HOME, ImageOwnerAlias: 'others', ImageId };
    return (await client(world.key(account), 'ecs', HOME).request('DescribeImages', others)).TotalCount === 1;
  };
  await until('a member of the folder sees the image', () => sees(MEMBER));
  check('who is elsewhere does not', !(await sees(SANDBOXED)));
  await sharing.request('DeleteResourceShare', { ResourceShareId });
  await until('nobody does when the share is gone', async () => !(await sees(MEMBER)));
}

async function bent() {
  const ecs = client(world.owner, 'ecs', HOME);
  const regions = (params) => ecs.request('DescribeRegions', params);
  for (const [what, params, status, code] of [
    ['no time', { Timestamp: '' }, 400, 'MissingTimestamp'],
    ['an unreadable time', { Timestamp: 'yesterday' }, 400, 'InvalidTimeStamp.Format'],
    ['a time of long ago', { Timestamp: '2016-02-23T12:46:24Z' }, 400, 'InvalidTimeStamp.Expired'],
    ['no nonce', { SignatureNonce: '' }, 400, 'MissingSignatureNonce'],
    ['another signature method', { SignatureMethod: 'HMAC-MD5' }, 400, 'InvalidSignatureMethod'],
    ['another signature version', { SignatureVersion: '2.0' }, 400, 'InvalidSignatureVersion'],
    ['no key', { AccessKeyId: '' }, 400, 'MissingAccessKeyId'],
    ['an unknown key', { AccessKeyId: 'LTAInobody' }, 404, 'InvalidAccessKeyId.NotFound'],
    ['somebody else\'s key', { AccessKeyId: world.management.accessKeyId }, 400, 'SignatureDoesNotMatch'],
    ['a needless token', { SecurityToken: 'CAISx' }, 400, 'InvalidSecurityToken.MismatchWithAccessKey'],
    ['another version', { Version: '1999-01-01' }, 404, 'InvalidProduct.NotFound'],
    ['another product\'s version', { Version: VERSIONS.resourcedirectory }, 404, 'InvalidProduct.NotFound'],
  ]) {
    await refused(what, () => regions(params), status, code);
  }
  await refused('an operation that does not exist', () => ecs.request('MakeCoffee'), 404, 'InvalidApi.NotFound');
  const once = { SignatureNonce: `node-${process.pid}` };
  await regions(once);
  await refused('a nonce a second time', () => regions(once), 400, 'SignatureNonceUsed');
  const secret = client({ ...world.owner, accessKeySecret: 'wrong' }, 'ecs', HOME);
  const error = await refused('a wrong secret', () => secret.request('DescribeRegions'), 400, 'SignatureDoesNotMatch');
  check('with the server\'s string to sign', error.data.Message.includes('server StringToSign is:GET&%2F&AccessKeyId'));
  // This SDK reads JSON only, so what it is given shows in its complaint.
  const xml = await thrown('an answer in XML', () => regions({ Format: 'XML' }));
  same('XML is given to who asks for it', [xml.name, xml.message.includes("'<'")], ['SyntaxError', true]);
}

run(async () => {
  same('the keys are the owner\'s', (await client(world.owner, 'sts').request('GetCallerIdentity')).AccountId, OWNER);
  await methods();
  await members(await roles());
  await organisation();
  await bent();
});
