//! Worlds that many cases share until one of them changes it: making one takes longer than judging in it.

use std::borrow::Borrow;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use vault_core::test_world::World;

thread_local! {
    static PLAIN: Rc<World> = Rc::new(World::new());
    static WITH_DECIDERS: Rc<World> = Rc::new(World::with_deciders());
}

/// A world that is made anew when it is first changed.
pub(super) struct Lazy {
    world: Held,
    make: fn() -> World,
}

enum Held {
    Shared(Rc<World>),
    Own(Box<World>),
}

/// The world in which 内部 needs no decision.
pub(super) fn plain() -> Lazy {
    Lazy { world: Held::Shared(PLAIN.with(Rc::clone)), make: World::new }
}

/// The same with people who review and approve.
pub(super) fn with_deciders() -> Lazy {
    Lazy { world: Held::Shared(WITH_DECIDERS.with(Rc::clone)), make: World::with_deciders }
}

impl From<World> for Lazy {
    fn from(world: World) -> Self {
        Self { world: Held::Own(Box::new(world)), make: World::new }
    }
}

impl Deref for Lazy {
    type Target = World;

    fn deref(&self) -> &World {
        match &self.world {
            Held::Shared(world) => world,
            Held::Own(world) => world,
        }
    }
}

impl DerefMut for Lazy {
    fn deref_mut(&mut self) -> &mut World {
        if let Held::Shared(_) = self.world {
            self.world = Held::Own(Box::new((self.make)()));
        }
        match &mut self.world {
            Held::Own(world) => world,
            Held::Shared(_) => unreachable!("made one's own above"),
        }
    }
}

impl Borrow<World> for Lazy {
    fn borrow(&self) -> &World {
        self
    }
}
