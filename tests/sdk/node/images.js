'use strict';

// Images by the official Node SDK, with both signatures: built, tagged, copied, waited for, shared, listed, refused.

const ecs = require('@alicloud/ecs20140526');
const { default: OpenApi, $OpenApiUtil, ClientError, ThrottlingError } = require('@alicloud/openapi-core');
const { RuntimeOptions } = require('@darabonba/typescript');
const { world, same, check, until, thrown, run } = require('./world');

const { HOME, AWAY, MEMBER, SANDBOXED, instance } = world;

function client(key, region, more = {}) {
  const config = { ...key, regionId: region, endpoint: world.at('ecs', region), protocol: 'http', ...more };
  return new ecs.default(new $OpenApiUtil.Config(config));
}

// Checks that a call ends in the SDK's own exception, with everything that a caller looks at.
async function refused(what, call, statusCode, code, kind = ClientError) {
  const error = await thrown(what, call);
  const { requestId, data = {} } = error;
  const inWords = error.message.includes(data.Message) && error.message.includes(requestId);
  same(
    `${what}: ${statusCode} ${code}`,
    [error instanceof kind, error.statusCode, error.code, data.RequestId, requestId?.length, inWords],
    [true, statusCode, code, requestId, 36, true],
  );
  return error;
}

async function scenario(signature, more) {
  const [here, there] = [client(world.owner, HOME, more), client(world.owner, AWAY, more)];
  const name = `node-${signature.toLowerCase()}`;
  const images = async (who, wanted) => {
    const wish = { regionId: HOME, imageOwnerAlias: 'self', isPublic: false, ...wanted };
    return (await who.describeImages(new ecs.DescribeImagesRequest(wish))).body;
  };
  const ids = async (who, wanted) => (await images(who, wanted)).images.image.map((image) => image.imageId);
  const build = async (imageName) => {
    const request = new ecs.CreateImageRequest({ regionId: HOME, instanceId: instance, imageName, description: '' });
    return (await here.createImage(request)).body.imageId;
  };

  const image = await build(name);
  await until(`${signature}: an image is built`, async () => (await ids(here, { imageId: image })).length);
  const empty = [...Array(11).keys()].map((n) => ({ key: `k${n}`, value: '' }));
  const tag = [{ key: 'golden image', value: 'a+b*c~d/e=中' }, ...empty];
  await here.tagResources(new ecs.TagResourcesRequest({
    regionId: HOME, resourceType: 'image', resourceId: [image],
    tag: tag.map((one) => new ecs.TagResourcesRequestTag(one)),
  }));
  const tagged = (await images(here, { imageId: image })).images.image[0].tags.tag;
  same(
    `${signature}: twelve tags arrived letter for letter`,
    tagged.map(({ tagKey, tagValue }) => [tagKey, tagValue]).sort(),
    tag.map(({ key, value }) => [key, value]).sort(),
  );

  const copy = (await here.copyImage(new ecs.CopyImageRequest({
    regionId: HOME, imageId: image, destinationRegionId: AWAY, destinationImageName: name, dryRun: false,
  }))).body.imageId;
  await until(`${signature}: it is copied`, async () => (await ids(there, { regionId: AWAY, imageId: copy })).length);

  await here.modifyImageSharePermission(new ecs.ModifyImageSharePermissionRequest({
    regionId: HOME, imageId: image, addAccount: [MEMBER, SANDBOXED],
  }));
  const member = client(world.key(MEMBER), HOME, more);
  const theirs = { imageOwnerAlias: 'others', imageId: image, isPublic: undefined };
  same(`${signature}: whom it is shared with sees it`, await ids(member, theirs), [image]);
  const accounts = [];
  for (const pageNumber of [1, 2]) {
    const wish = { regionId: HOME, imageId: image, pageNumber, pageSize: 1 };
    const request = new ecs.DescribeImageSharePermissionRequest(wish);
    const found = (await here.describeImageSharePermission(request)).body.accounts.account;
    accounts.push(...found.map((account) => String(account.aliyunId)));
  }
  same(`${signature}: its accounts come page by page`, accounts, [MEMBER, SANDBOXED]);
  await refused(`${signature}: deleting what is still shared`,
    () => here.deleteImage(new ecs.DeleteImageRequest({ regionId: HOME, imageId: image })), 403, 'ImageUseShared');
  await here.modifyImageSharePermission(new ecs.ModifyImageSharePermissionRequest({
    regionId: HOME, imageId: image, removeAccount: [MEMBER, SANDBOXED],
  }));
  same(`${signature}: who lost it does not see it`, await ids(member, theirs), []);

  const wanted = [];
  for (const n of [1, 2, 3]) wanted.push(await build(`${name}-page-${n}`));
  const imageName = `${name}-page-*`;
  await until(`${signature}: three more are built`, async () => (await images(here, { imageName })).totalCount === 3);
  const seen = [];
  for (const pageNumber of [1, 2]) {
    seen.push(...await ids(here, { imageName, pageNumber, pageSize: 2 }));
  }
  same(`${signature}: two pages hold each image once`, seen.sort(), wanted.sort());

  const regions = (key) => client(key, HOME, more).describeRegions(new ecs.DescribeRegionsRequest({}));
  await refused(`${signature}: an unknown key`, () => regions({ ...world.owner, accessKeyId: 'LTAInobody' }), 404,
    'InvalidAccessKeyId.NotFound');
  await refused(`${signature}: a wrong secret`, () => regions({ ...world.owner, accessKeySecret: 'wrong' }), 400,
    'SignatureDoesNotMatch');
  await refused(`${signature}: a token to a key without one`,
    () => regions({ ...world.owner, securityToken: 'CAISsomebodyelse' }), 400,
    'InvalidSecurityToken.MismatchWithAccessKey');
  await refused(`${signature}: another region than the endpoint's`, () => images(here, { regionId: AWAY }), 400,
    'InvalidOperation.NotSupportedEndpoint');
}

// The directory lists accounts twenty times a second, and no more. The SDK's own generic client asks for them.
async function tooManyCalls() {
  const config = { ...world.management, endpoint: world.at('resourcedirectory'), protocol: 'http' };
  const directory = new OpenApi(new $OpenApiUtil.Config(config));
  const params = new $OpenApiUtil.Params({
    action: 'ListAccounts', version: '2022-04-19', protocol: 'HTTP', pathname: '/', method: 'POST', authType: 'AK',
    style: 'RPC', reqBodyType: 'formData', bodyType: 'json',
  });
  const request = new $OpenApiUtil.OpenApiRequest({ query: { MaxResults: '1' } });
  const list = () => directory.callApi(params, request, new RuntimeOptions({}));
  const hurry = async () => {
    for (let sent = 0; sent < 500; sent += 50) {
      await Promise.all([...Array(50)].map(list));
    }
  };
  const error = await refused('too many calls', hurry, 400, 'Throttling.User', ThrottlingError);
  check('the cloud says when to come back', error.retryAfter > 0 && error.retryAfter <= 1000);
}

run(async () => {
  await scenario('V3', {});
  await scenario('V1', { signatureAlgorithm: 'v2' });
  await tooManyCalls();
});
