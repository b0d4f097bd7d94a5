"""The official Python SDKs without any endpoint: they ask for the cloud's own hosts, by way of a proxy.

Every port of the world answers for every host that the simulated cloud has, so one of them is the proxy.
"""

import os

from alibabacloud_ecs20140526 import models as ecs_models
from alibabacloud_ecs20140526.client import Client as Ecs
from alibabacloud_quotas20200510 import models as quota_models
from alibabacloud_quotas20200510.client import Client as Quotas
from alibabacloud_resourcesharing20200110 import models as sharing_models
from alibabacloud_resourcesharing20200110.client import Client as Sharing
from alibabacloud_sts20150401.client import Client as Sts
from clients import config, refused
from world import AWAY, HOME, World, check, same

world = World()
os.environ["HTTP_PROXY"] = f"http://{world.at('sts')}"


def images(host, region):
    request = ecs_models.DescribeImagesRequest(region_id=region, image_owner_alias="system")
    return Ecs(config(world.owner, host, region)).describe_images(request).body


for region in (HOME, AWAY):
    same(f"the SDK finds {region} by itself", images(None, region).region_id, region)
same("a region's private host is the same region", images(f"ecs-vpc.{AWAY}.aliyuncs.com", AWAY).region_id, AWAY)
error = refused("one region's host for another region", lambda: images(f"ecs.{AWAY}.aliyuncs.com", HOME), 400,
                "InvalidOperation.NotSupportedEndpoint")
same("a refusal names the host that was asked for", error.data["HostId"], f"ecs.{AWAY}.aliyuncs.com")
refused("a region that is not there", lambda: images("ecs.cn-atlantis.aliyuncs.com", "cn-atlantis"), 404,
        "InvalidRegionId.NotFound")
shares = Sharing(config(world.owner, None)).list_resource_shares(
    sharing_models.ListResourceSharesRequest(resource_owner="Self")).body
check("Resource Sharing has a host in each region", shares.request_id)
same("STS is in every region", Sts(config(world.owner, None)).get_caller_identity().body.account_id,
     world.owner["account"])
products = Quotas(config(world.owner, None)).list_products(quota_models.ListProductsRequest()).body
check("Quota Center has one host for all", products.product_info)
