"""An organisation by the older Python SDK: roles, members, shares. All but STS has to be asked for by name there."""

from aliyunsdksts.request.v20150401.AssumeRoleRequest import AssumeRoleRequest
from aliyunsdksts.request.v20150401.GetCallerIdentityRequest import GetCallerIdentityRequest
from clients import call, client, common, generated, refused
from world import HOME, MEMBER, PROD, READER, SANDBOXED, World, check, same, until

world = World()
owner, management = client(world.owner), client(world.management)
DIRECTORY, STS = world.at("resourcedirectory"), world.at("sts")
ECS, SHARING = world.at("ecs", HOME), world.at("resourcesharing", HOME)


def assumed():
    def wish(role=READER):
        return generated(AssumeRoleRequest, STS, RoleArn=role, RoleSessionName="legacy")

    session = call(owner, wish())["Credentials"]
    reader = client({
        "access_key_id": session["AccessKeyId"],
        "access_key_secret": session["AccessKeySecret"],
        "security_token": session["SecurityToken"],
    })
    me = call(reader, generated(GetCallerIdentityRequest, STS))
    same("a role that trusts us is ours", (me["AccountId"], me["IdentityType"]),
         (world.management["account"], "AssumedRoleUser"))
    refused("a role that trusts somebody else", client(world.key_of(MEMBER)), wish(), 403, "NoPermission")
    refused("a role that does not exist", owner, wish(f"{READER}s"), 404, "EntityNotExist.Role")
    return reader


def members(reader):
    seen, token = [], ""
    while True:
        query = {"MaxResults": 5} | ({"NextToken": token} if token else {})
        answer = call(reader, common(DIRECTORY, "2022-04-19", "ListAccounts", query=query))
        seen += [account["AccountId"] for account in answer["Accounts"]["Account"]]
        token = answer.get("NextToken")
        if not token:
            break
    same("the members come by tokens, each once", (len(seen), len(set(seen))), (14, 14))
    answer = call(management, common(DIRECTORY, "2020-03-31", "ListAccountsForParent", method="GET",
                                     query={"ParentFolderId": PROD, "PageSize": 100}))
    check("the older directory product answers too", MEMBER in str(answer))


def sharing(action, **query):
    return call(owner, common(SHARING, "2020-01-10", action, query=query))


def visible(account, image):
    request = common(ECS, "2014-05-26", "DescribeImages", query={"ImageOwnerAlias": "others", "ImageId": image})
    return call(client(world.key_of(account)), request)["TotalCount"] == 1


def shared_with_a_folder():
    refused("switching sharing on a second time", management,
            common(SHARING, "2020-01-10", "EnableSharingWithResourceDirectory"), 409, "AlreadyEnabled")
    image = call(owner, common(ECS, "2014-05-26", "CreateImage", query={
        "InstanceId": world.instance, "ImageName": "legacy-shelf"}))["ImageId"]
    until("an image is built", lambda: call(owner, common(
        ECS, "2014-05-26", "DescribeImages", query={"ImageId": image}))["TotalCount"])
    share = sharing("CreateResourceShare", **{
        "ResourceShareName": "legacy-shelf", "Targets.1": PROD,
        "Resources.1.ResourceId": image, "Resources.1.ResourceType": "Image",
    })["ResourceShare"]["ResourceShareId"]
    until("a member of the folder sees the image", lambda: visible(MEMBER, image))
    check("who is elsewhere does not", not visible(SANDBOXED, image))
    sharing("DeleteResourceShare", ResourceShareId=share)
    until("nobody does when the share is gone", lambda: not visible(MEMBER, image))


members(assumed())
shared_with_a_folder()
