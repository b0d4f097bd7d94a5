"""Encrypted parameters by the official Python SDK: made, read with their value and without, changed, deleted."""

from alibabacloud_oos20190601 import models
from clients import oos, refused
from world import AWAY, HOME, MEMBER, World, check, same

world = World()
NAME, VALUE = "goldcast/robot", "https://robot.example/?token=a+b"


def get(client, decrypted=True, region=HOME):
    request = models.GetSecretParameterRequest(region_id=region, name=NAME, with_decryption=decrypted)
    return client.get_secret_parameter(request).body.parameter


client = oos(world, world.owner)
made = client.create_secret_parameter(
    models.CreateSecretParameterRequest(region_id=HOME, name=NAME, value=VALUE, description="a robot")).body.parameter
same("it is made", (made.name, made.type, made.parameter_version), (NAME, "Secret", 1))
same("its value is read", get(client).value, VALUE)
check("and is not shown to those who did not ask for it", get(client, decrypted=False).value is None)
client.update_secret_parameter(models.UpdateSecretParameterRequest(region_id=HOME, name=NAME, value="2"))
same("it is changed", (get(client).value, get(client).parameter_version), ("2", 2))
missing = "EntityNotExists.Parameter"
refused("it is in no other region", lambda: get(oos(world, world.owner, AWAY), region=AWAY), 404, missing)
refused("and in no other account", lambda: get(oos(world, World.key_of(MEMBER))), 404, missing)
client.delete_secret_parameter(models.DeleteSecretParameterRequest(region_id=HOME, name=NAME))
refused("it is deleted", lambda: get(client), 404, missing)
