"""An organisation by the official Python SDKs: accounts page by page, and an image that a folder gets as a whole."""

from alibabacloud_ecs20140526 import models as ecs_models
from alibabacloud_resourcedirectorymaster20220419 import models as directory_models
from alibabacloud_resourcesharing20200110 import models as sharing_models
from clients import directory, ecs, refused, sharing
from world import HOME, MEMBER, PROD, SANDBOXED, World, check, same, until

world = World()
managing, owning = directory(world, world.management), ecs(world, world.owner)
shares = sharing(world, world.owner)


def tree():
    own = managing.get_resource_directory().body.resource_directory
    same("the directory is the management account's", own.master_account_id, world.management["account"])
    folders = managing.list_folders_for_parent(directory_models.ListFoldersForParentRequest()).body.folders.folder
    check("the folders below the root are listed", PROD in [folder.folder_id for folder in folders])
    created = managing.create_folder(directory_models.CreateFolderRequest(
        folder_name="sdk", parent_folder_id=PROD)).body.folder.folder_id
    ancestors = managing.list_ancestors(directory_models.ListAncestorsRequest(child_id=created)).body.folders.folder
    same("a new folder knows what it is in", ancestors[-1].folder_id, PROD)
    refused("who is not the management account", lambda: directory(world, world.key_of(MEMBER)).list_accounts(
        directory_models.ListAccountsRequest()), 404, "EntityNotExists.ResourceDirectory")


def accounts_by_pages():
    wanted = managing.list_accounts(directory_models.ListAccountsRequest(max_results=100)).body.accounts.account
    check("fourteen accounts are members", len(wanted) == 14)
    for size in (5, 14):
        seen, token = [], None
        while True:
            body = managing.list_accounts(
                directory_models.ListAccountsRequest(max_results=size, next_token=token)).body
            seen += [account.account_id for account in body.accounts.account]
            token = body.next_token
            if not token:
                break
        same(f"tokens of {size} give each once", sorted(seen), sorted(account.account_id for account in wanted))
    seen, page = [], 1
    while len(seen) < 14:
        body = managing.list_accounts(directory_models.ListAccountsRequest(page_number=page, page_size=4)).body
        seen += [account.account_id for account in body.accounts.account]
        page += 1
    same("numbered pages do too", sorted(seen), sorted(account.account_id for account in wanted))


def visible(account, image):
    request = ecs_models.DescribeImagesRequest(region_id=HOME, image_owner_alias="others", image_id=image)
    seen = ecs(world, world.key_of(account)).describe_images(request).body.images.image
    return [found.image_id for found in seen] == [image]


def associations(share, kind):
    request = sharing_models.ListResourceShareAssociationsRequest(resource_share_ids=[share], association_type=kind)
    return shares.list_resource_share_associations(request).body.resource_share_associations


def shared_with_a_folder():
    refused("switching sharing on a second time",
            lambda: sharing(world, world.management).enable_sharing_with_resource_directory(), 409, "AlreadyEnabled")
    status = sharing(world, world.management).check_sharing_with_resource_directory_status().body
    check("sharing within the organisation is on", status.enable_sharing_with_rd)
    image = owning.create_image(ecs_models.CreateImageRequest(
        region_id=HOME, instance_id=world.instance, image_name="sdk-shelf")).body.image_id
    until("an image is built", lambda: owning.describe_images(ecs_models.DescribeImagesRequest(
        region_id=HOME, image_id=image)).body.images.image)
    share = shares.create_resource_share(sharing_models.CreateResourceShareRequest(
        resource_share_name="sdk-shelf", targets=[PROD], allow_external_targets=False,
        resources=[sharing_models.CreateResourceShareRequestResources(resource_id=image, resource_type="Image")],
    )).body.resource_share.resource_share_id
    for kind in ("Resource", "Target"):
        until(f"its {kind.lower()} is associated", lambda kind=kind: [one.association_status for one in
              associations(share, kind)] == ["Associated"])
    check("a member of the folder sees the image", visible(MEMBER, image))
    check("who is elsewhere does not", not visible(SANDBOXED, image))
    return share, image


def membership_is_followed(share, image):
    joined = managing.create_resource_account(directory_models.CreateResourceAccountRequest(
        display_name="sdk", parent_folder_id=PROD)).body.account.account_id
    status = managing.get_account(directory_models.GetAccountRequest(account_id=joined)).body.account
    same("a new account is in the folder", (status.folder_id, status.display_name), (PROD, "sdk"))
    managing.move_account(directory_models.MoveAccountRequest(account_id=MEMBER, destination_folder_id="fd-sandbox001"))
    check("who moves out of the folder loses the image", not visible(MEMBER, image))
    managing.move_account(directory_models.MoveAccountRequest(account_id=MEMBER, destination_folder_id=PROD))
    check("who moves back gets it again", visible(MEMBER, image))
    shares.disassociate_resource_share(sharing_models.DisassociateResourceShareRequest(
        resource_share_id=share,
        resources=[sharing_models.DisassociateResourceShareRequestResources(resource_id=image, resource_type="Image")],
    ))
    until("what is taken off the share is nobody's any more", lambda: not visible(MEMBER, image))
    shares.delete_resource_share(sharing_models.DeleteResourceShareRequest(resource_share_id=share))
    until("and the share can go", lambda: [one.resource_share_status for one in shares.list_resource_shares(
        sharing_models.ListResourceSharesRequest(resource_owner="Self", resource_share_ids=[share])
    ).body.resource_shares] == ["Deleted"])


def what_cannot_be():
    refused("sharing with nobody that exists", lambda: shares.create_resource_share(
        sharing_models.CreateResourceShareRequest(resource_share_name="sdk", targets=["everybody"])),
        400, "InvalidParameter.Targets")
    refused("a share that does not exist", lambda: shares.delete_resource_share(
        sharing_models.DeleteResourceShareRequest(resource_share_id="rs-nowhere")),
        404, "EntityNotExists.ResourceShare")
    refused("an account that does not exist", lambda: managing.get_account(
        directory_models.GetAccountRequest(account_id="9999999999999999")), 404, "EntityNotExists.Account")


tree()
accounts_by_pages()
membership_is_followed(*shared_with_a_folder())
what_cannot_be()
