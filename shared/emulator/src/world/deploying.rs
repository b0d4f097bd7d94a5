//! How functions get into a world: from templates, as a company deploys them. Not here: what a resource of a template comes
//! to (see `stack`).

use std::sync::Arc;

use super::deployment::Deployment;
use super::host::Host;
use super::stack::Stacks;
use super::{OpenError, World, face, web};
use crate::cloud::StackResource;

impl World {
    /// Deploys what templates came to. It needs the addresses of this world, so it follows on [`open`](Self::open).
    ///
    /// # Errors
    /// What the platform would not create, and what is not simulated.
    pub async fn deploy(&mut self, stacks: &Stacks) -> Result<(), OpenError> {
        let place = &self.shared.place;
        let deployment = Deployment::of_stacks(stacks, &self.platform, &place.account, &place.region)?;
        self.install(deployment).await?;
        self.show(stacks);
        Ok(())
    }

    /// Has the cloud's own APIs show what was deployed, and what was there before.
    fn show(&self, stacks: &Stacks) {
        let place = &self.shared.place;
        let mut state = self.shared.lock();
        let now = state.now;
        for bus in &self.platform.buses {
            state.cloud.put_event_bus(&place.account, &place.region, bus);
        }
        for role in &self.platform.service_roles {
            state.cloud.put_service_linked_role(now, &place.account, role);
        }
        let away = stacks.regions.iter();
        for (region, stack) in away.chain([(&place.region, &stacks.home)]) {
            let shown = stack.resources.iter().map(|resource| StackResource {
                kind: resource.kind.clone(),
                properties: resource.properties.clone(),
            });
            let shown: Vec<StackResource> = shown.collect();
            state.cloud.deploy(now, &place.account, region, &shown);
        }
    }

    /// Creates roles, rules and timers, and makes functions ready to be invoked.
    pub(super) async fn install(&mut self, deployment: Deployment) -> Result<(), OpenError> {
        deployment.check()?;
        if self.host.functions().next().is_some() {
            return Err(OpenError::Twice);
        }
        let roles = deployment.placed_roles(&self.shared.place.account)?;
        self.shared = self.shared.logging(deployment.logs.clone());
        {
            let mut state = self.shared.lock();
            let now = state.now;
            for role in &roles {
                state.cloud.put_role(now, role);
            }
            state.deploy(&deployment);
        }
        let host = Host::new(deployment, self.launch.clone(), self.instances.clone());
        host.take_environment(&self.host);
        self.host = Arc::new(host);
        for function in self.host.functions().filter(|function| web::has_address(function)) {
            let (listener, address) = self.ports.listen().await?;
            let router = web::router(&self.shared, &self.host, &function.name);
            face::serve(listener, router, &mut self.servers);
            self.functions.insert(function.name.clone(), address);
        }
        Ok(())
    }
}
