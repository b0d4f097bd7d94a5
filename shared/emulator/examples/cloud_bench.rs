//! Measures the simulated cloud: 10,000 accounts and 2,000 images in 20 regions, asked by two threads in the process and
//! then over HTTP on loopback, every request signed by the client and verified by the cloud. Prints one JSON object;
//! `cargo xtask bench cloud` runs it and compares it with the limits of docs/performance.md.
//!
//! Loaded: 100 images in each of 20 regions (the default quota), with six tags each; every tenth is shared with 1,000
//! accounts, the others with 20. Asked: 70 % DescribeImages with pages of 100, nine of ten by the owner, whose pages are
//! full, and one by a member, who sees what is shared with it; 20 % DescribeImageSharePermission with pages of 100;
//! 10 % ModifyImageSharePermission, which adds one account and takes one away.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock and prints"
)]

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use goldcast_domain::{AccountId, RegionId, regions};
use goldcast_emulator::cloud::{
    AccessKey, Cloud, Endpoint, Instance, MemberAccount, MemberKind, Moment, Organisation, Setup,
};
use goldcast_emulator::world::{World, WorldSetup};
use goldcast_signing::{Key, v3};
use http::header::{CONTENT_LENGTH, HOST};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const ACCOUNTS: usize = 10_000;
const REGIONS: usize = 20;
const IMAGES_PER_REGION: usize = 100;
/// One image in so many is shared with many accounts.
const POPULAR_EVERY: usize = 10;
const MANY_ACCOUNTS: usize = 1_000;
const FEW_ACCOUNTS: usize = 20;

const THREADS: usize = 2;
const CLIENTS: usize = 8;
const WARM_UP: Duration = Duration::from_millis(1_500);
const MEASURED: Duration = Duration::from_secs(6);

const OWNER: &str = "1234567890123456";
const MANAGEMENT: &str = "1000000000000001";
const FIRST_MEMBER: u64 = 2_000_000_000_000_001;

/// One image and where it is.
struct Target {
    region: usize,
    image: String,
    accounts: usize,
}

/// What is asked for, shared by all who ask.
struct Scene {
    hosts: Vec<String>,
    regions: Vec<RegionId>,
    targets: Vec<Target>,
    owner: AccessKey,
    members: Vec<AccessKey>,
}

/// What all askers got in the time that counts.
#[derive(Default)]
struct Tally {
    answers: AtomicU64,
    bytes: AtomicU64,
    /// What was asked for in all, warming up included.
    all: AtomicU64,
}

/// What came of a measurement.
struct Figures {
    per_second: f64,
    /// KiB of an answer.
    kib: f64,
    /// Microseconds of processor time for a request, client and everything else of this process included.
    cpu_us: f64,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .unwrap();
    let begun = Instant::now();
    let (world, scene) = runtime.block_on(load());
    let loaded = begun.elapsed();
    let loaded_mib = resident_mib("VmRSS:");
    let direct = in_process(&runtime, &world, &scene);
    let http = runtime.block_on(over_http(&world, &Arc::new(scene)));
    println!(
        "{}",
        serde_json::json!({
            "load_s": loaded.as_secs_f64(), "loaded_mib": loaded_mib, "peak_mib": resident_mib("VmHWM:"),
            "in_process_per_s": direct.per_second, "in_process_kib": direct.kib, "in_process_cpu_us": direct.cpu_us,
            "http_per_s": http.per_second, "http_kib": http.kib, "http_cpu_us": http.cpu_us,
        })
    );
}

/// A world that is full, and what is in it.
async fn load() -> (World, Scene) {
    let regions: Vec<RegionId> = regions::KNOWN
        .iter()
        .take(REGIONS)
        .map(|id| id.parse().unwrap())
        .collect();
    let (organisation, owner, members) = organisation(&regions);
    let mut setup = Setup::with_seed(7);
    setup.switches.accounts_per_image = ACCOUNTS;
    // One account asks more than flow control would ever let it.
    setup.switches.flow_control = false;
    let mut cloud = Cloud::new(setup, &organisation);
    let mut now = Timestamp::now();
    let mut scene = Scene {
        hosts: Vec::new(),
        targets: Vec::new(),
        owner,
        members,
        regions,
    };
    create_images(&mut cloud, &mut scene, now);
    now += SignedDuration::from_hours(1);
    cloud.advance(now);
    share_images(&mut cloud, &scene, now);
    now += SignedDuration::from_hours(1);
    cloud.advance(now);
    let (owner, home) = (scene.owner.account.clone(), scene.regions[0].clone());
    let world = World::open(WorldSetup {
        regions: scene.regions.clone(),
        ..WorldSetup::new(cloud, owner, home, now)
    })
    .await
    .unwrap();
    let addresses = &world.endpoints().endpoints;
    scene.hosts = scene
        .regions
        .iter()
        .map(|region| addresses[region].ecs.clone())
        .collect();
    (world, scene)
}

/// The standard organisation with a builder in every region, and members until there are enough accounts.
fn organisation(regions: &[RegionId]) -> (Organisation, AccessKey, Vec<AccessKey>) {
    let (owner, management): (AccountId, AccountId) = (OWNER.parse().unwrap(), MANAGEMENT.parse().unwrap());
    let mut organisation = Organisation::standard(owner.clone(), management, regions[0].clone());
    let template = organisation.instances[0].clone();
    organisation.instances = regions
        .iter()
        .map(|region| Instance {
            region: region.clone(),
            ..template.clone()
        })
        .collect();
    let there = organisation.members.len() + organisation.outsiders.len() + 1;
    let member = |number: usize| -> AccountId {
        let number = FIRST_MEMBER + u64::try_from(number).unwrap();
        number.to_string().parse().unwrap()
    };
    for number in 1_000..1_000 + ACCOUNTS - there {
        organisation.members.push(MemberAccount {
            account: member(number),
            name: format!("member-{number}"),
            folder: organisation.folders[number % organisation.folders.len()].id.clone(),
            kind: MemberKind::Created,
        });
        organisation.keys.push(AccessKey::of(&member(number)));
    }
    let accounts = organisation.members.iter().map(|member| &member.account);
    let members = accounts
        .filter(|account| **account != owner)
        .map(AccessKey::of)
        .collect();
    (organisation, AccessKey::of(&owner), members)
}

fn create_images(cloud: &mut Cloud, scene: &mut Scene, now: Timestamp) {
    for place in 0..REGIONS {
        for number in 0..IMAGES_PER_REGION {
            let mut query = format!(
                "RegionId={}&InstanceId=i-goldcastbuilder00001&ImageName=golden-{number}&ImageFamily=corp-{}&Description=image+{number}",
                scene.regions[place],
                number / 10
            );
            for tag in 1..=6 {
                write!(
                    query,
                    "&Tag.{tag}.Key=goldcast%3Atag-{tag}&Tag.{tag}.Value=value-{number}-{tag}"
                )
                .unwrap();
            }
            let body = load_call(cloud, scene, place, "CreateImage", &query, now);
            let popular = scene.targets.len().is_multiple_of(POPULAR_EVERY);
            scene.targets.push(Target {
                region: place,
                image: body["ImageId"].as_str().unwrap().to_owned(),
                accounts: if popular { MANY_ACCOUNTS } else { FEW_ACCOUNTS },
            });
        }
    }
}

fn share_images(cloud: &mut Cloud, scene: &Scene, now: Timestamp) {
    for (number, target) in scene.targets.iter().enumerate() {
        let first = number * 37;
        let accounts: Vec<&AccessKey> = (first..first + target.accounts)
            .map(|place| &scene.members[place % scene.members.len()])
            .collect();
        for ten in accounts.chunks(10) {
            let mut query = format!("RegionId={}&ImageId={}", scene.regions[target.region], target.image);
            for (place, key) in ten.iter().enumerate() {
                write!(query, "&AddAccount.{}={}", place + 1, key.account).unwrap();
            }
            load_call(cloud, scene, target.region, "ModifyImageSharePermission", &query, now);
        }
    }
}

fn load_call(
    cloud: &mut Cloud,
    scene: &Scene,
    place: usize,
    action: &'static str,
    query: &str,
    now: Timestamp,
) -> serde_json::Value {
    static NONCE: AtomicU64 = AtomicU64::new(0);
    let nonce = format!("load-{}", NONCE.fetch_add(1, Ordering::Relaxed));
    let request = signed(&scene.owner, "load.test", action, query, now, &nonce);
    let endpoint = Endpoint::Region(scene.regions[place].clone());
    let response = cloud.handle(Moment::at(now), &endpoint, &request);
    assert_eq!(response.status(), StatusCode::OK, "{:?}", response.body());
    serde_json::from_slice(response.body()).unwrap()
}

fn signed(
    key: &AccessKey,
    host: &str,
    action: &'static str,
    query: &str,
    now: Timestamp,
    nonce: &str,
) -> Request<Bytes> {
    let mut request = Request::post(format!("/?{query}"))
        .header(HOST, host)
        .header("x-acs-action", action)
        .header("x-acs-version", "2014-05-26")
        .body(Bytes::new())
        .unwrap();
    let key = Key {
        id: &key.id,
        secret: key.secret.expose_secret(),
        token: None,
    };
    v3::sign(&mut request, &key, now, nonce).unwrap();
    request
}

/// Somebody who asks: a generator of signed requests (xorshift, so that a run can be repeated).
struct Asker<'a> {
    scene: &'a Scene,
    number: usize,
    state: u64,
    asked: u64,
    query: String,
}

impl<'a> Asker<'a> {
    fn new(scene: &'a Scene, number: usize) -> Self {
        Self {
            scene,
            number,
            state: u64::try_from(number).unwrap() * 2 + 1,
            asked: 0,
            query: String::new(),
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from((self.state >> 16) % u64::try_from(bound).unwrap()).unwrap()
    }

    /// The next request, and the region it goes to.
    fn next(&mut self) -> (usize, Request<Bytes>) {
        let scene = self.scene;
        let mut query = std::mem::take(&mut self.query);
        query.clear();
        let target = &scene.targets[self.below(scene.targets.len())];
        write!(query, "RegionId={}&", scene.regions[target.region]).unwrap();
        let mut key = &scene.owner;
        let action = match self.below(10) {
            0..7 => {
                query.push_str("PageNumber=1&PageSize=100");
                if self.below(10) == 0 {
                    key = &scene.members[self.below(scene.members.len())];
                }
                "DescribeImages"
            }
            7..9 => {
                let page = 1 + self.below(target.accounts.div_ceil(100));
                write!(query, "ImageId={}&PageNumber={page}&PageSize=100", target.image).unwrap();
                "DescribeImageSharePermission"
            }
            _ => {
                let [added, removed] = [(); 2].map(|()| &scene.members[self.below(scene.members.len())].account);
                write!(
                    query,
                    "ImageId={}&AddAccount.1={added}&RemoveAccount.1={removed}",
                    target.image
                )
                .unwrap();
                "ModifyImageSharePermission"
            }
        };
        self.asked += 1;
        let nonce = format!("{:08x}-{:016x}", self.number, self.asked);
        let request = signed(
            key,
            &scene.hosts[target.region],
            action,
            &query,
            Timestamp::now(),
            &nonce,
        );
        self.query = query;
        (target.region, request)
    }
}

/// Whether it is time to count, or to stop.
fn phase(begun: Instant) -> Option<bool> {
    let elapsed = begun.elapsed();
    (elapsed < WARM_UP + MEASURED).then_some(elapsed >= WARM_UP)
}

impl Tally {
    fn add(&self, counts: bool, bytes: usize) {
        self.all.fetch_add(1, Ordering::Relaxed);
        if !counts {
            return;
        }
        self.answers.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(u64::try_from(bytes).unwrap(), Ordering::Relaxed);
    }

    fn figures(&self, cpu: Duration) -> Figures {
        let count = |counter: &AtomicU64, shift: u32| -> f64 {
            u32::try_from(counter.load(Ordering::Relaxed) >> shift).unwrap().into()
        };
        let answers = count(&self.answers, 0);
        Figures {
            per_second: answers / MEASURED.as_secs_f64(),
            kib: count(&self.bytes, 10) / answers,
            cpu_us: cpu.as_secs_f64() * 1e6 / count(&self.all, 0),
        }
    }
}

/// Two threads ask in the process, while simulated time flows with the clock.
fn in_process(runtime: &tokio::runtime::Runtime, world: &World, scene: &Scene) -> Figures {
    let (tally, begun, spent) = (Tally::default(), Instant::now(), cpu());
    std::thread::scope(|threads| {
        for number in 0..THREADS {
            let (face, tally) = (world.in_process(), &tally);
            threads.spawn(move || {
                let mut asker = Asker::new(scene, number);
                while let Some(counts) = phase(begun) {
                    let (place, request) = asker.next();
                    let response = face.send(&scene.hosts[place], &request).unwrap();
                    assert_eq!(response.status(), StatusCode::OK, "{:?}", response.body());
                    tally.add(counts, response.body().len());
                }
            });
        }
        runtime.block_on(async { world.run_flowing(tokio::time::sleep(WARM_UP + MEASURED)).await });
    });
    tally.figures(cpu().saturating_sub(spent))
}

/// Eight clients ask over HTTP, each with a connection per region that it keeps.
async fn over_http(world: &World, scene: &Arc<Scene>) -> Figures {
    let (tally, begun, spent) = (Arc::new(Tally::default()), Instant::now(), cpu());
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        clients.spawn(client(Arc::clone(scene), 100 + number, Arc::clone(&tally), begun));
    }
    world.run_flowing(tokio::time::sleep(WARM_UP + MEASURED)).await;
    clients.join_all().await;
    tally.figures(cpu().saturating_sub(spent))
}

async fn client(scene: Arc<Scene>, number: usize, tally: Arc<Tally>, begun: Instant) {
    let mut asker = Asker::new(&scene, number);
    let mut tasks = JoinSet::new();
    let mut connections: Vec<Option<SendRequest<Full<Bytes>>>> = scene.hosts.iter().map(|_| None).collect();
    while let Some(counts) = phase(begun) {
        let (place, request) = asker.next();
        let mut connection = match connections[place].take() {
            Some(connection) => connection,
            None => connect(&scene.hosts[place], &mut tasks).await,
        };
        connection.ready().await.unwrap();
        let response = connection.send_request(request.map(Full::new)).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let announced: usize = response.headers()[CONTENT_LENGTH].to_str().unwrap().parse().unwrap();
        let (mut body, mut length) = (response.into_body(), 0);
        while let Some(frame) = body.frame().await {
            length += frame.unwrap().into_data().unwrap_or_default().len();
        }
        assert_eq!(length, announced);
        connections[place] = Some(connection);
        tally.add(counts, length);
    }
}

async fn connect(host: &str, tasks: &mut JoinSet<()>) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(host).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (connection, task) = handshake(TokioIo::new(stream)).await.unwrap();
    tasks.spawn(async move {
        let _closed = task.await;
    });
    connection
}

/// Processor time of this process so far, where the system tells; in hundredths of a second, as Linux does.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    Duration::from_millis(10 * ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>())
}

/// Memory of this process, where the system tells.
fn resident_mib(line: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|text| text.strip_prefix(line))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}
