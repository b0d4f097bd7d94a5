//! What is said about accounts: who can launch what, how, and who no longer can.

use super::book::{Arg, Book};
use crate::message::{AccountLine, Departure, FamilyImage, FamilyLine, LostLine, Offboarded, Onboarded, families};
use crate::order::put_in_order;
use crate::outline::{Line, List, Outline};

/// What stands between the names of a row.
const COMMA: &str = ", ";

/// Most names in a line that cannot be dropped; of more, only their number is said.
const MAX_NAMED: usize = 8;

pub(super) fn onboarded(book: Book, onboarded: &Onboarded) -> Outline {
    let names: Vec<&str> = onboarded.families.iter().map(|line| line.family.as_str()).collect();
    let accounts: Vec<(&str, Option<&str>)> = onboarded.accounts.iter().map(name).collect();
    let (who, what, title) = (who(book, &accounts), what(book, &names), what_in_title(book, &names));
    let args = [
        ("who", Arg::Line(&who)),
        ("named", Arg::Line(&title)),
        ("what", Arg::Line(&what)),
        ("accounts", Arg::Count(onboarded.accounts.len())),
        ("families", Arg::Count(names.len())),
        ("regions", Arg::Count(regions(&onboarded.families).len())),
        ("owner", Arg::Value(&onboarded.owner)),
    ];
    let rows = onboarded.accounts.iter().map(|account| {
        let row = account_row(book, name(account));
        // Which families an account gained is only said where it is not all of them.
        if account.families.len() == names.len() {
            row
        } else {
            suffixed(book, "account.families", &row, &account.families.join(COMMA))
        }
    });
    let mut lists = images(book, onboarded);
    lists.push(List {
        heading: book.line("accounts", &[]),
        rows: rows.collect(),
    });
    Outline {
        title: book.line("onboarded.title", &args),
        lead: book.line("onboarded.lead", &args),
        counts: Some(book.line("onboarded.counts", &args)),
        facts: paid(book, &onboarded.families),
        lists,
        todo: how_to_launch(book, onboarded),
        ..Outline::default()
    }
}

fn name(account: &AccountLine) -> (&str, Option<&str>) {
    (&account.id, account.name.as_deref())
}

/// The only account by its name, or how many.
fn who(book: Book, accounts: &[(&str, Option<&str>)]) -> Line {
    let [(id, name)] = accounts else {
        return book.line("who.many", &[("accounts", Arg::Count(accounts.len()))]);
    };
    let name = name.unwrap_or_default();
    let args = [("account", Arg::Value(id)), ("name", Arg::Value(name))];
    book.line(if name.is_empty() { "who.one" } else { "who.one.named" }, &args)
}

/// The only family by its name, or how many.
fn what(book: Book, families: &[&str]) -> Line {
    match families {
        [only] => book.line("what.one", &[("family", Arg::Value(only))]),
        _ => book.line("what.many", &[("families", Arg::Count(families.len()))]),
    }
}

/// The same where nothing stands out.
fn what_in_title(book: Book, families: &[&str]) -> Line {
    match families {
        [only] => book.line("what.title", &[("family", Arg::Value(only))]),
        _ => book.line("what.title.many", &[("families", Arg::Count(families.len()))]),
    }
}

fn regions(families: &[FamilyLine]) -> Vec<&str> {
    let images = families.iter().flat_map(|family| &family.images);
    let mut regions: Vec<&str> = images.map(|image| image.region.as_str()).collect();
    put_in_order(&mut regions, Ord::cmp);
    regions.dedup();
    regions
}

/// The ids by region of one family; of several, the families first and then the ids by family and region.
fn images(book: Book, onboarded: &Onboarded) -> Vec<List> {
    if let [only] = onboarded.families.as_slice() {
        let rows = only.images_by_region().into_iter().map(|image| image_row(book, image));
        return vec![List {
            heading: book.line("images", &[]),
            rows: rows.collect(),
        }];
    }
    let families = onboarded.families.iter().map(|family| {
        let args = [
            ("launch", Arg::Value(&onboarded.launch_family(family))),
            ("regions", Arg::Count(family.images.len())),
        ];
        book.line("family.row", &args)
    });
    let families: Vec<Line> = families.collect();
    let images = onboarded.families.iter().flat_map(|family| {
        let images = family.images_by_region().into_iter();
        images.map(|image| {
            let row = image_row(book, image);
            book.line(
                "image.of-family",
                &[("family", Arg::Value(&family.family)), ("row", Arg::Line(&row))],
            )
        })
    });
    vec![
        List {
            heading: book.line("families", &[]),
            rows: families,
        },
        List {
            heading: book.line("images", &[]),
            rows: images.collect(),
        },
    ]
}

fn image_row(book: Book, image: &FamilyImage) -> Line {
    let args = [
        ("region", Arg::Value(&image.region)),
        ("image", Arg::Value(&image.image)),
    ];
    let key = if image.is_encrypted {
        "image.row.encrypted"
    } else {
        "image.row"
    };
    book.line(key, &args)
}

fn paid(book: Book, all: &[FamilyLine]) -> Vec<Line> {
    let paid: Vec<&str> = all
        .iter()
        .filter(|line| line.is_paid)
        .map(|line| line.family.as_str())
        .collect();
    match paid.len() {
        0 => Vec::new(),
        1..=MAX_NAMED => vec![book.line("paid.families", &[("families", Arg::Value(&paid.join(COMMA)))])],
        count => vec![book.line("paid.families.many", &[("count", Arg::Count(count))])],
    }
}

fn how_to_launch(book: Book, onboarded: &Onboarded) -> Vec<Line> {
    let launch = onboarded.families.first().map(|first| onboarded.launch_family(first));
    let key = if onboarded.families.len() == 1 {
        "onboarded.todo"
    } else {
        "onboarded.todo.many"
    };
    let launch = launch.map(|launch| book.line(key, &[("launch", Arg::Value(&launch))]));
    let mut todo: Vec<Line> = launch.into_iter().collect();
    todo.push(book.line("onboarded.todo.follow", &[]));
    let images = onboarded.families.iter().flat_map(|family| &family.images);
    let mut encrypted: Vec<&str> = images
        .filter(|image| image.is_encrypted)
        .map(|image| image.region.as_str())
        .collect();
    put_in_order(&mut encrypted, Ord::cmp);
    encrypted.dedup();
    if !encrypted.is_empty() {
        let regions = encrypted.join(COMMA);
        todo.push(book.line("onboarded.todo.encrypted", &[("regions", Arg::Value(&regions))]));
    }
    todo
}

pub(super) fn offboarded(book: Book, offboarded: &Offboarded) -> Outline {
    let names = families(offboarded.accounts.iter().map(|line| line.families.as_slice()));
    let accounts: Vec<_> = offboarded.accounts.iter().map(lost_name).collect();
    let (who, what, title) = (who(book, &accounts), what(book, &names), what_in_title(book, &names));
    let args = [
        ("who", Arg::Line(&who)),
        ("named", Arg::Line(&title)),
        ("what", Arg::Line(&what)),
        ("accounts", Arg::Count(offboarded.accounts.len())),
        ("families", Arg::Count(names.len())),
    ];
    let rows = offboarded.accounts.iter().map(|line| {
        let row = account_row(book, lost_name(line));
        let row = suffixed(book, "account.families", &row, &line.families.join(COMMA));
        let why = book.text(match line.why {
            Departure::LeftDirectory => "why.left-directory",
            Departure::LeftAudience => "why.left-audience",
        });
        book.line("account.why", &[("row", Arg::Line(&row)), ("why", Arg::Words(why))])
    });
    Outline {
        title: book.line("offboarded.title", &args),
        lead: book.line("offboarded.lead", &args),
        counts: Some(book.line("offboarded.counts", &args)),
        lists: vec![List {
            heading: book.line("accounts", &[]),
            rows: rows.collect(),
        }],
        todo: vec![book.line("offboarded.todo", &[])],
        ..Outline::default()
    }
}

fn lost_name(line: &LostLine) -> (&str, Option<&str>) {
    (&line.id, line.name.as_deref())
}

fn account_row(book: Book, (id, name): (&str, Option<&str>)) -> Line {
    let name = name.unwrap_or_default();
    let key = if name.is_empty() {
        "account.row"
    } else {
        "account.row.named"
    };
    book.line(key, &[("account", Arg::Value(id)), ("name", Arg::Value(name))])
}

fn suffixed(book: Book, key: &str, row: &Line, families: &str) -> Line {
    book.line(key, &[("row", Arg::Line(row)), ("families", Arg::Value(families))])
}
