"""What is done behind the shelf and with wishes, by the service and on paper alike."""

from rewards.access.types import Role
from rewards.network import queries as network
from rewards.network.rules import center_path
from rewards.network.types import Level
from rewards.redemptions import service as redemptions
from rewards.stock import service as stock
from rewards.stockroom import queries as stockroom
from rewards.stockroom import service
from rewards.stockroom.types import ChangeKind
from rewards.wishes import service as wishes
from tests.factories.redemptions import SYSTEM, add_giving, add_reward, build_staff
from tests.factories.world import build_node

from .exchange import PaperItem
from .looking import list_sent, list_waiting, read_given, read_levels
from .room import PaperChange, PaperRoom, PaperStocktake, PaperTransfer, PaperWish

FAR_PIECES = 3
LUCK = 0.8
TARGETS = (30, 60)
GIFTS = (5, 10, 20, 30)
# Nobody counts to eight without one too many now and then.
SLIPS_OF_THE_FINGER = (-1, 0, 0, 1)


class RoomActs:
    """Each act chooses by `random`, and what it does by what stands on the paper of the `room`."""

    def furnish(self):
        """Put up the same items at another station, and offer to give."""
        add_giving(self.shop.space, self.now)
        institute = network.get_node(self.shop.station.parent_id)
        station = build_node(Level.STATION, parent=institute, name="另一站")
        space = stock.create_space(actor=SYSTEM, node_id=station.id, name="另一处", now=self.now)
        self.space_ids = (self.shop.space.id, space.id)
        self.far_ids = [
            add_reward(space, self.now, name=name, on_hand=FAR_PIECES).id
            for name in ("牙膏", "毛巾")
        ]
        center = center_path(station.path)
        self.keepers = [build_staff(Role.CENTER_ADMIN, center) for _keeper in range(2)]
        self.room = PaperRoom(
            far=[PaperItem(price=0, on_hand=FAR_PIECES) for _item in self.far_ids]
        )
        # What the service made of each, at the same place as on paper.
        self.change_ids, self.transfer_ids, self.wish_ids = [], [], []
        self.stocktake_id = None

    def ask_change(self):
        item = self.choose_item()
        kind, quantity = self.random.choice(
            [(ChangeKind.DAMAGE, -1), (ChangeKind.DAMAGE, -2), (ChangeKind.ADJUST, 1)]
        )
        by = self.random.choice((self.shop.clerk, self.keepers[0]))
        paper = self.paper.items[item]
        with self.attempt("ask_change", is_fine=self.room.may_ask(paper)):
            change = service.request_change(
                actor=by,
                reward_id=self.reward_ids[item],
                kind=kind,
                quantity=quantity,
                note="淋湿了",
                now=self.now,
            )
            self.change_ids.append(change.id)
            self.room.changes.append(PaperChange(item=paper, quantity=quantity, by=by))

    def decide_change(self):
        if not self.room.list_waiting():
            self.ask_change()
            return
        number = self.room.changes.index(self.random.choice(self.room.list_waiting()))
        change, by = self.room.changes[number], self.random.choice(self.keepers)
        approve = self.random.random() < 0.8
        left = change.item.on_hand + change.quantity
        is_possible = not approve or left >= self.paper.count_reserved(change.item)
        is_second = by.principal != change.by.principal
        with self.attempt("decide_change", is_fine=is_second and is_possible):
            service.decide(
                actor=by,
                change_id=self.change_ids[number],
                approve=approve,
                note="看过了",
                now=self.now,
            )
            change.is_open = False
            if approve:
                change.item.on_hand += change.quantity

    def take_stock(self):
        """Begin to count the shelf, walk along it, or draw the counts up."""
        if self.room.stocktake is None:
            # Before a shelf is counted, what waits for a second person is mostly decided.
            is_late = self.room.list_waiting() and self.random.random() < LUCK
            (self.decide_change if is_late else self._start_stocktake)()
        elif self.random.random() < 0.2 or self.room.stocktake.is_ready():
            self._close_stocktake()
        else:
            self._count_items()

    def _start_stocktake(self):
        with self.attempt("start_stocktake", is_fine=not self.room.list_waiting()):
            started = service.start(
                actor=self.shop.clerk, space_id=self.shop.space.id, now=self.now
            )
            self.stocktake_id = started.id
            self.room.stocktake = PaperStocktake(counts=[[] for _item in self.paper.items])

    def _count_items(self):
        for item, counts in enumerate(self.room.stocktake.counts):
            told = self.paper.items[item].on_hand
            found = max(0, told + self.random.choice(SLIPS_OF_THE_FINGER))
            service.count(
                actor=self.shop.clerk,
                stocktake_id=self.stocktake_id,
                reward_id=self.reward_ids[item],
                counted=found,
                now=self.now,
            )
            counts.append((found, told))

    def _close_stocktake(self):
        stocktake = self.room.stocktake
        with self.attempt("close_stocktake", is_fine=stocktake.is_ready()):
            service.close(actor=self.shop.clerk, stocktake_id=self.stocktake_id, now=self.now)
            self.room.stocktake = None
            waiting = stockroom.list_waiting(node_paths=(self.shop.station.path,), limit=100)
            found = {each.reward_id: each.id for each in waiting}
            differences = stocktake.list_found()
            for number, (item, difference) in enumerate(
                zip(self.paper.items, differences, strict=True)
            ):
                if difference:
                    change = PaperChange(
                        item=item, quantity=difference, by=self.shop.clerk, is_found=True
                    )
                    self.room.changes.append(change)
                    self.change_ids.append(found.get(self.reward_ids[number]))

    def send(self):
        item, quantity = self.choose_item(), self.random.choice((1, 2, 5))
        here, far = self.paper.items[item], self.room.far[item]
        ids = [self.reward_ids[item], self.far_ids[item]]
        is_out = self.random.random() < 0.5
        source, target = (here, far) if is_out else (far, here)
        there = self.paper.count_available(here) if is_out else far.on_hand
        spaces = self.space_ids if is_out else self.space_ids[::-1]
        by = self.random.choice(self.keepers)
        with self.attempt("send", is_fine=quantity <= there):
            sent = service.send(
                actor=by,
                from_space_id=spaces[0],
                to_space_id=spaces[1],
                pieces={ids[0 if is_out else 1]: quantity},
                now=self.now,
            )
            self.transfer_ids.append(sent.id)
            self.room.transfers.append(
                PaperTransfer(source=source, target=target, quantity=quantity, by=by)
            )
            source.on_hand -= quantity

    def end_transfer(self):
        """Count what came, perhaps less than was sent, or take all of it back."""
        if not self.room.list_sent():
            self.send()
            return
        number = self.room.transfers.index(self.random.choice(self.room.list_sent()))
        transfer, by = self.room.transfers[number], self.random.choice(self.keepers)
        transfer_id = self.transfer_ids[number]
        if self.random.random() < 0.3:
            service.take_back(actor=by, transfer_id=transfer_id, now=self.now)
            transfer.is_open = False
            transfer.source.on_hand += transfer.quantity
            return
        came = self.random.randint(transfer.quantity - 1, transfer.quantity)
        is_second = by.principal != transfer.by.principal
        with self.attempt("receive", is_fine=is_second):
            (line,) = stockroom.get_transfer(transfer_id).lines
            service.receive(
                actor=by, transfer_id=transfer_id, counted={line.reward_id: came}, now=self.now
            )
            transfer.is_open = False
            transfer.target.on_hand += came

    def give(self):
        """Give points to the newest wish; if it has all it takes, somebody opens another."""
        if all(wish.given == wish.target for wish in self.room.wishes):
            target = self.random.choice(TARGETS)
            wish = wishes.open_wish(
                actor=self.keepers[0],
                node_id=self.shop.station.id,
                title="一台收音机",
                target_points=target,
                now=self.now,
            )
            self.wish_ids.append(wish.id)
            self.room.wishes.append(PaperWish(target=target))
        person, points = self.choose_person(), self.random.choice(GIFTS)
        wish = self.room.wishes[-1]
        is_enough = points <= min(self.paper.sum_available(person), wish.target - wish.given)
        with self.attempt("give", is_fine=is_enough and points % 10 == 0):
            redemptions.give(
                actor=self.people[person],
                participant_id=self.people[person].participant_id,
                wish_id=self.wish_ids[-1],
                points=points,
                now=self.now,
            )
            wish.given += points
            self.paper.spend(person, points)

    def the_room_is_as_on_paper(self):
        told = self.told
        assert read_levels(self.far_ids) == [item.on_hand for item in self.room.far], told
        ids = dict(zip(map(id, self.paper.items), self.reward_ids, strict=True))
        expected = [(ids[id(each.item)], each.quantity) for each in self.room.list_waiting()]
        assert list_waiting(self.shop.space.id) == sorted(expected), told
        assert list_sent(self.space_ids) == sum(each.quantity for each in self.room.list_sent()), (
            told
        )
        assert read_given(self.wish_ids) == [wish.given for wish in self.room.wishes], told
